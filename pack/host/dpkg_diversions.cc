#include "pack/host/dpkg_diversions.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pack/host/merged_usr.h"

namespace relocatable {

absl::Status DpkgDiversions::Parse(absl::string_view text) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  if (lines.size() % 3 != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("ends within a diversion (line ", lines.size(), ")"));
  }
  for (size_t i = 0; i < lines.size(); i += 3) {
    diversions_.emplace(
        UnmergedPath(lines[i]),
        Diversion{std::string(lines[i + 1]), std::string(lines[i + 2])});
  }
  return absl::OkStatus();
}

absl::string_view DpkgDiversions::PathOf(absl::string_view package,
                                         absl::string_view path) const {
  if (diversions_.empty()) return path;
  const auto found = diversions_.find(UnmergedPath(path));
  if (found == diversions_.end() || found->second.by == package) return path;
  return found->second.instead;
}

}  // namespace relocatable
