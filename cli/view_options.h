// cli/view_options.h - the view a command line describes: --bind, --root.
#ifndef CLI_VIEW_OPTIONS_H_
#define CLI_VIEW_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engines/view/view.h"

namespace relocatable {

// One --bind, SRC[:DST[:ro]].
struct Bind {
  std::string host;   // absolute
  std::string guest;  // absolute and normal
  bool read_only = false;
  // SRC:/:layer, not in the help: what a pack of a machine's programs has.
  bool layer = false;
};

// Parses SRC[:DST[:ro]]: `\:` is a colon and `\\` a backslash; DST defaults to
// the absolute SRC. SRC must exist.
absl::StatusOr<Bind> ParseBind(absl::string_view text);

// `path` made absolute by the cwd and normal by its text alone: "/a/./b/../c/"
// is "/a/c"; ".." at the root stays there.
absl::StatusOr<std::string> NormalPath(absl::string_view path);

// Where the caller's cwd is in a view with this root and these binds: its path
// below the deepest host directory that the view shows, or "/".
std::string GuestCwd(absl::string_view cwd, absl::string_view root,
                     const std::vector<Bind>& binds);

}  // namespace relocatable

#endif  // CLI_VIEW_OPTIONS_H_
