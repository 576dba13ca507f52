// pack/store_path.h - how the items of a store are called.
//
//   /gnu/store/x8k1d6n0v3zwr1qm4wc9pa5mk2yl7h0b-hello-2.12
//   '-prefix-' '------------ hash part ------------' '-name-'
//
// Nix and Guix agree on it: 32 characters of an alphabet without e, o, t and u,
// then '-' and a name of letters, digits and "+-._?=" (nix: libstore/path.cc).
#ifndef PACK_STORE_PATH_H_
#define PACK_STORE_PATH_H_

#include <array>
#include <cstddef>

#include "absl/strings/string_view.h"

namespace relocatable {

inline constexpr size_t kHashPartSize = 32;
inline constexpr absl::string_view kHashAlphabet =
    "0123456789abcdfghijklmnpqrsvwxyz";

namespace store_path_internal {
constexpr std::array<bool, 256> MakeHashTable() {
  std::array<bool, 256> table = {};
  for (char c : {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a',
                 'b', 'c', 'd', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
                 'n', 'p', 'q', 'r', 's', 'v', 'w', 'x', 'y', 'z'}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
}  // namespace store_path_internal

// Whether a byte belongs to the alphabet.
inline constexpr std::array<bool, 256> kIsHashCharacter =
    store_path_internal::MakeHashTable();

// Whether `name` (no slashes) is an item's.
bool IsStoreName(absl::string_view name);

// "/gnu/store/…-hello" -> "/gnu/store" and "…-hello". False if `path` is not
// absolute and normal, or its last component is no item's name.
bool SplitStorePath(absl::string_view path, absl::string_view& prefix,
                    absl::string_view& name);

// The item that `path` is or lies below, or "": of several, the outermost.
absl::string_view ItemOfPath(absl::string_view path);

}  // namespace relocatable

#endif  // PACK_STORE_PATH_H_
