#include "pack/host/merged_usr.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace relocatable {
namespace {

constexpr absl::string_view kDirectories[] = {
    "bin", "lib", "lib32", "lib64", "libo32", "libx32", "sbin"};

// "/lib/x" -> "lib"
absl::string_view FirstComponent(absl::string_view path) {
  path = absl::StripPrefix(path, "/");
  return path.substr(0, path.find('/'));
}

}  // namespace

bool IsMergedDirectory(absl::string_view name) {
  return std::find(std::begin(kDirectories), std::end(kDirectories), name) !=
         std::end(kDirectories);
}

std::string MergedPath(absl::string_view path) {
  return IsMergedDirectory(FirstComponent(path)) ? absl::StrCat("/usr", path)
                                                 : std::string(path);
}

absl::string_view UnmergedPath(absl::string_view path) {
  if (!absl::StartsWith(path, "/usr/")) return path;
  const absl::string_view rest = path.substr(4);
  return IsMergedDirectory(FirstComponent(rest)) ? rest : path;
}

}  // namespace relocatable
