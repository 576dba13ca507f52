// pack/exclude.h - what the user does not want in the pack: --exclude GLOB.
//
// How a glob is matched depends on its slashes:
//
//   *.la           no slash: with the name of every item, and of every file and
//                  directory in one
//   share/doc      a slash: with the path below an item
//   /gnu/store/*-perl-5.36.0[/bin/…]
//                  a slash at the front: with the guest path
//
// The whole of it must match, by fnmatch(3) with FNM_PATHNAME: '*' and '?' stop
// at a slash, a leading dot is nothing special, '\' takes the next character
// literally. What is excluded goes with all that is below it.
#ifndef PACK_EXCLUDE_H_
#define PACK_EXCLUDE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relocatable {

// Not const: it remembers which globs have matched.
class Exclude {
 public:
  Exclude() = default;

  // Refuses a glob that could never match: an empty one, one with an empty or
  // "." or ".." component. One slash at the end is allowed and ignored.
  static absl::StatusOr<Exclude> Parse(const std::vector<std::string>& globs);

  bool empty() const { return globs_.empty(); }

  // Whether `item` (guest path) is left out as a whole.
  bool MatchesItem(absl::string_view item);

  // Whether `path` (relative, not empty) of `item` is left out, by itself: the
  // caller does not descend into what is, and asks about the item first.
  bool MatchesFile(absl::string_view item, absl::string_view path);

  // Globs that no call has matched so far: a slip of the pen, most likely.
  std::vector<std::string> Unused() const;

 private:
  struct Glob {
    std::string pattern;
    enum Subject { kName, kBelowItem, kGuestPath } subject = kName;
    bool used = false;
  };
  bool Match(Glob& glob, const std::string& subject);

  std::vector<Glob> globs_;
};

}  // namespace relocatable

#endif  // PACK_EXCLUDE_H_
