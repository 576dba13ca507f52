#include "pack/hard_links.h"

namespace relocatable {

HardLinks::Place HardLinks::Add(absl::string_view name) {
  const Place place{current_, static_cast<uint32_t>(names_.size())};
  names_.append(name.data(), name.size());
  names_.push_back('\0');
  return place;
}

void HardLinks::Enter(absl::string_view name) {
  directories_.push_back(Add(name));
  current_ = static_cast<uint32_t>(directories_.size() - 1);
}

void HardLinks::Leave() { current_ = directories_[current_].parent; }

void HardLinks::AppendPath(const Place& place) {
  if (place.parent != kTop) {
    AppendPath(directories_[place.parent]);
    path_.push_back('/');
  }
  path_.append(&names_[place.name]);
}

absl::string_view HardLinks::FirstPath(uint64_t inode, absl::string_view name) {
  const auto seen = first_.find(inode);
  if (seen == first_.end()) {
    first_.emplace(inode, Add(name));
    return {};
  }
  path_.clear();
  AppendPath(seen->second);
  return path_;
}

}  // namespace relocatable
