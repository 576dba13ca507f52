#include "pack/host/package_closure.h"

#include <fnmatch.h>

#include "absl/strings/str_cat.h"

namespace relocatable {

void PackageClosure::Add(uint32_t package, absl::string_view why, uint32_t by) {
  size_t next = chosen_.size();
  AddOne(package, why, by);
  if (keep_ == Keep::kTraced) return;
  for (; next < chosen_.size(); ++next) {
    AddNeedsOf(static_cast<uint32_t>(next));
    AddCompanionsOf(static_cast<uint32_t>(next));
  }
}

uint32_t PackageClosure::PlaceOf(uint32_t package) const {
  const auto place = places_.find(package);
  return place == places_.end() ? kNobody : place->second;
}

void PackageClosure::AddOne(uint32_t package, absl::string_view why,
                            uint32_t by) {
  const auto [place, is_new] =
      places_.emplace(package, static_cast<uint32_t>(chosen_.size()));
  if (is_new) chosen_.push_back({package, by, std::string(why)});
}

void PackageClosure::AddNeedsOf(uint32_t place) {
  const uint32_t package = chosen_[place].package;
  const std::string& name = database_.packages()[package].name;
  if (NeedsNothing(name)) return;
  for (const PackageNeed& need : database_.Needs(package)) {
    if (need.package == kNoPackage) {
      if (!need.recommended && !IsForInstalling(need.text)) {
        unfulfilled_.push_back(absl::StrCat(name, " needs ", need.text,
                                            ", which is not installed"));
      }
      continue;
    }
    const Package& needed = database_.packages()[need.package];
    if (need.recommended && !IsWorthRecommending(needed.name)) continue;
    if (IsForInstalling(needed.name)) continue;
    if (needed.essential && !IsWhole(needed.name)) continue;
    if (IsLeftOut(name, needed.name)) continue;
    AddOne(need.package, need.recommended ? "recommended" : "needed", place);
  }
}

bool PackageClosure::IsLeftOut(absl::string_view package,
                               absl::string_view need) {
  if (keep_ == Keep::kFull) return false;
  for (const LeftOut& row : LeftOutWhenSlim()) {
    if (row.package != package || row.need != need) continue;
    left_out_.push_back(row);
    return true;
  }
  return false;
}

std::vector<std::string> PackageClosure::notes() const {
  std::vector<std::string> notes = unfulfilled_;
  for (const LeftOut& row : left_out_) {
    const uint32_t package = database_.Find(row.need);
    // Something else may want it.
    if (row.asks.empty() || PlaceOf(package) != kNobody) continue;
    notes.push_back(absl::StrCat(
        row.package, " is packed without ", row.need, ", which ", row.asks,
        " ask for (to pack it name it too: ", database_.kind(), ":", row.need,
        ")"));
  }
  return notes;
}

void PackageClosure::AddCompanionsOf(uint32_t place) {
  const std::string& name = database_.packages()[chosen_[place].package].name;
  for (const Companion& row : Companions()) {
    if (fnmatch(row.package.data(), name.c_str(), 0) != 0) continue;
    const uint32_t companion = database_.Find(row.companion);
    if (companion != kNoPackage) AddOne(companion, "companion", place);
  }
}

}  // namespace relocatable
