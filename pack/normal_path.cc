#include "pack/normal_path.h"

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace relocatable {

bool IsNormalRelativePath(absl::string_view path) {
  if (absl::StrContains(path, '\0')) return false;
  for (absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

bool IsNormalAbsolutePath(absl::string_view path) {
  return absl::StartsWith(path, "/") && IsNormalRelativePath(path.substr(1));
}

}  // namespace relocatable
