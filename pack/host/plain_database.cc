#include "pack/host/plain_database.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "pack/host/merged_usr.h"

namespace relocatable {

absl::string_view NameInNeed(absl::string_view need) {
  return need.substr(0, need.find_first_of("<>=~"));
}

PlainDatabase::PlainDatabase(absl::string_view kind, absl::string_view remedy,
                             std::vector<PlainPackage> packages)
    : kind_(kind), remedy_(remedy), plain_(std::move(packages)) {
  std::stable_sort(plain_.begin(), plain_.end(),
                   [](const PlainPackage& a, const PlainPackage& b) {
                     return a.package.name < b.package.name;
                   });
  for (uint32_t i = 0; i < plain_.size(); ++i) {
    packages_.push_back(plain_[i].package);
    names_.emplace(plain_[i].package.name, i);
    for (const std::string& name : plain_[i].provides) {
      offers_.emplace(NameInNeed(name), i);
    }
    for (const std::string& file : plain_[i].files) {
      owners_.emplace(UnmergedPath(file), i);
    }
  }
}

uint32_t PlainDatabase::Find(absl::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? kNoPackage : found->second;
}

std::vector<PackageNeed> PlainDatabase::Needs(uint32_t package) const {
  std::vector<PackageNeed> needs;
  for (const std::string& text : plain_[package].needs) {
    const absl::string_view name = NameInNeed(text);
    PackageNeed need{.text = std::string(name), .package = Find(name)};
    const Places& places = absl::StartsWith(name, "/") ? owners_ : offers_;
    if (need.package == kNoPackage) {
      const auto found = places.find(UnmergedPath(name));
      if (found != places.end()) need.package = found->second;
    }
    needs.push_back(std::move(need));
  }
  return needs;
}

absl::StatusOr<std::vector<std::string>> PlainDatabase::Files(
    uint32_t package) const {
  return plain_[package].files;
}

absl::StatusOr<uint32_t> PlainDatabase::OwnerOf(absl::string_view path) {
  const auto owner = owners_.find(UnmergedPath(path));
  return owner == owners_.end() ? kNoPackage : owner->second;
}

}  // namespace relocatable
