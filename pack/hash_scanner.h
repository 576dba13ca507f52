// pack/hash_scanner.h - finds the hash parts of store items in a stream.
//
// What a file needs of a store it names by path, and the hash part of a path
// does not occur by chance: to look for hash parts is how Nix and Guix find an
// item's references when it is built, and how we find them where there is no
// database.
#ifndef PACK_HASH_SCANNER_H_
#define PACK_HASH_SCANNER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "pack/store_path.h"

namespace relocatable {

// The hash parts to look for. Each has an index, by order of Add.
class HashParts {
 public:
  HashParts();

  // `name` is an item's name or hash part; it is copied. The same hash part
  // again is ignored.
  void Add(absl::string_view name, uint32_t index);

  // The index of the hash part at `text` (32 bytes of the alphabet), or kNone.
  static constexpr uint32_t kNone = ~uint32_t{0};
  uint32_t Find(const char* text) const;

 private:
  // A bit for each value of a hash of the first eight bytes: nearly all that
  // looks like a hash part is thrown out by one load.
  std::vector<uint64_t> filter_;
  absl::flat_hash_map<std::string, uint32_t> index_;
};

// One pass over one stream, which may be fed in pieces of any size.
class HashScanner {
 public:
  explicit HashScanner(const HashParts& parts) : parts_(parts) {}

  void Feed(absl::string_view piece);

  // The indices found so far, ascending, each once.
  std::vector<uint32_t> Found() const;

 private:
  void Scan(absl::string_view text);

  const HashParts& parts_;
  std::string tail_;  // up to 31 bytes: a hash part may begin in them
  absl::flat_hash_set<uint32_t> found_;
};

}  // namespace relocatable

#endif  // PACK_HASH_SCANNER_H_
