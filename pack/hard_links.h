// pack/hard_links.h - remembers where a file with several names was first seen.
//
// In a store that Nix has optimised every file has several names, most of them
// outside the item, so this may have to remember every file of an item: paths
// are kept as a name and a parent, some 40 bytes a file.
#ifndef PACK_HARD_LINKS_H_
#define PACK_HARD_LINKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace relocatable {

// Follows one walk over a tree: Enter() and Leave() for each directory.
class HardLinks {
 public:
  void Enter(absl::string_view name);
  void Leave();

  // If a file of this inode was seen before, its path (the names entered, with
  // slashes); else "", and it is remembered as `name` in the directory entered
  // last. The view lasts until the next call.
  absl::string_view FirstPath(uint64_t inode, absl::string_view name);

 private:
  struct Place {
    uint32_t parent;  // in directories_
    uint32_t name;    // in names_, NUL-terminated
  };
  static constexpr uint32_t kTop = ~uint32_t{0};

  Place Add(absl::string_view name);
  void AppendPath(const Place& place);

  std::string names_;
  std::vector<Place> directories_;
  uint32_t current_ = kTop;
  absl::flat_hash_map<uint64_t, Place> first_;
  std::string path_;
};

}  // namespace relocatable

#endif  // PACK_HARD_LINKS_H_
