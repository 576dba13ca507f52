// pack/item_source.h - where the facts about a store's items come from: its
// database (store_database.h) or the files themselves (store_scan.h). Both give
// the same answers.
#ifndef PACK_ITEM_SOURCE_H_
#define PACK_ITEM_SOURCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/sha256.h"

namespace relocatable {

struct ItemFacts {
  std::vector<std::string> references;  // guest paths, sorted; itself only if
                                        // it mentions itself
  uint64_t nar_size = 0;                // bytes of its NAR
  Sha256Digest nar_hash = {};           // the NAR's SHA-256
};

class ItemSource {
 public:
  virtual ~ItemSource() = default;

  // The facts about the item at guest path `item`.
  virtual absl::StatusOr<ItemFacts> Facts(const std::string& item) = 0;
};

}  // namespace relocatable

#endif  // PACK_ITEM_SOURCE_H_
