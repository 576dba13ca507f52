#include "pack/exclude.h"

#include <fnmatch.h>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relocatable {
namespace {

std::string LastComponent(absl::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

absl::StatusOr<Exclude> Exclude::Parse(const std::vector<std::string>& globs) {
  Exclude exclude;
  for (const std::string& text : globs) {
    Glob glob;
    glob.pattern = std::string(absl::StripSuffix(text, "/"));
    glob.subject = absl::StartsWith(text, "/")            ? Glob::kGuestPath
                   : absl::StrContains(glob.pattern, '/') ? Glob::kBelowItem
                                                          : Glob::kName;
    for (absl::string_view part :
         absl::StrSplit(absl::StripPrefix(glob.pattern, "/"), '/')) {
      if (part.empty() || part == "." || part == "..") {
        return absl::InvalidArgumentError(
            absl::StrCat("--exclude '", text,
                         "': can match no path (it has an empty, '.' "
                         "or '..' component)"));
      }
    }
    exclude.globs_.push_back(std::move(glob));
  }
  return exclude;
}

bool Exclude::Match(Glob& glob, const std::string& subject) {
  const bool matches =
      fnmatch(glob.pattern.c_str(), subject.c_str(), FNM_PATHNAME) == 0;
  glob.used |= matches;
  return matches;
}

// Every glob is asked, also after one has matched: none shall look unused.
bool Exclude::MatchesItem(absl::string_view item) {
  if (globs_.empty()) return false;
  const std::string path(item), name = LastComponent(item);
  bool matches = false;
  for (Glob& glob : globs_) {
    if (glob.subject == Glob::kBelowItem) continue;
    matches |= Match(glob, glob.subject == Glob::kName ? name : path);
  }
  return matches;
}

bool Exclude::MatchesFile(absl::string_view item, absl::string_view path) {
  if (globs_.empty()) return false;
  const std::string subjects[] = {LastComponent(path), std::string(path),
                                  absl::StrCat(item, "/", path)};
  bool matches = false;
  for (Glob& glob : globs_) matches |= Match(glob, subjects[glob.subject]);
  return matches;
}

std::vector<std::string> Exclude::Unused() const {
  std::vector<std::string> unused;
  for (const Glob& glob : globs_) {
    if (!glob.used) unused.push_back(glob.pattern);
  }
  return unused;
}

}  // namespace relocatable
