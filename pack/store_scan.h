// pack/store_scan.h - facts about items from their files alone, for a store
// that has no database: --scan.
//
// One pass over an item's NAR finds the hash parts in it (contents, link texts
// and names, as Nix does when it builds) and its hash.
#ifndef PACK_STORE_SCAN_H_
#define PACK_STORE_SCAN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pack/guest_root.h"
#include "pack/hash_scanner.h"
#include "pack/item_source.h"
#include "pack/tree_walk.h"

namespace relocatable {

// The facts about the host's tree `source`, without what `keep` says no to.
// References are looked for among `candidates`, guest paths of items.
absl::StatusOr<ItemFacts> ScanItem(const std::string& source, TreeFilter keep,
                                   const std::vector<std::string>& candidates);

class StoreScan final : public ItemSource {
 public:
  // Every item in the directory `prefix` (guest path) is a candidate.
  static absl::StatusOr<std::unique_ptr<StoreScan>> Open(
      const GuestRoot& root, const std::string& prefix);

  absl::StatusOr<ItemFacts> Facts(const std::string& item) override;

 private:
  explicit StoreScan(const GuestRoot& root) : root_(root) {}

  const GuestRoot root_;
  std::vector<std::string> candidates_;
  HashParts parts_;
};

}  // namespace relocatable

#endif  // PACK_STORE_SCAN_H_
