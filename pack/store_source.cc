#include "pack/store_source.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "pack/store_path.h"

namespace relocatable {
namespace {

constexpr int kMaxLinks = 40;

// Whether the last component of `path` is a name, so that it can be kept when
// the directories before it are resolved.
bool EndsWithName(absl::string_view path) {
  const absl::string_view last = path.substr(path.rfind('/') + 1);
  return !last.empty() && last != "." && last != "..";
}

std::string LeadsTo(absl::string_view path, absl::string_view end) {
  return path == end ? "" : absl::StrCat(", which leads to '", end, "'");
}

absl::Status NotAnItem(absl::string_view path, absl::string_view end) {
  const absl::string_view item = ItemOfPath(end);
  if (!item.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", path, "'", LeadsTo(path, end), ": lies inside the store item '",
        item, "' (pack the item, or a profile that holds it)"));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "'", path, "'", LeadsTo(path, end),
      ": is no store item, nor a link to one (an item is called like "
      "/gnu/store/<32 characters>-hello-2.12)"));
}

}  // namespace

absl::StatusOr<std::string> FindStoreItem(const GuestRoot& root,
                                          absl::string_view path) {
  std::string current(path);
  while (absl::EndsWith(current, "/") && current.size() > 1) current.pop_back();
  for (int links = 0; links <= kMaxLinks; ++links) {
    absl::StatusOr<std::string> real = EndsWithName(current)
                                           ? root.ResolveParent(current)
                                           : root.Resolve(current);
    if (!real.ok()) {
      return absl::Status(real.status().code(),
                          absl::StrCat("'", path, "'", LeadsTo(path, current),
                                       ": ", real.status().message()));
    }
    current = *std::move(real);
    absl::string_view prefix, name;
    struct stat st;
    if (lstat(root.HostPath(current).c_str(), &st) != 0) {
      return ErrnoError(errno, absl::StrCat("cannot read '", path, "'",
                                            LeadsTo(path, current)));
    }
    if (SplitStorePath(current, prefix, name) &&
        ItemOfPath(current) == current) {
      return current;
    }
    if (!S_ISLNK(st.st_mode)) return NotAnItem(path, current);
    const absl::StatusOr<std::string> text = root.LinkText(current);
    if (!text.ok()) return text.status();
    if (!absl::StartsWith(*text, "/")) {
      current.erase(current.rfind('/') + 1);
      current += *text;
    } else {
      current = *text;
    }
    while (absl::EndsWith(current, "/") && current.size() > 1) {
      current.pop_back();
    }
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "cannot read '", path, "': Too many levels of symbolic links"));
}

bool MeansStoreItem(const GuestRoot& root, absl::string_view source) {
  if (!absl::StrContains(source, '/')) return false;
  std::string path(source);
  if (source[0] != '/') {
    char cwd[PATH_MAX];
    if (getcwd(cwd, sizeof(cwd)) == nullptr) return false;
    path = absl::StrCat(cwd, "/", source);
  }
  if (!ItemOfPath(path).empty() || FindStoreItem(root, path).ok()) return true;
  const absl::StatusOr<std::string> end = root.Resolve(path);
  return end.ok() && !ItemOfPath(*end).empty();
}

}  // namespace relocatable
