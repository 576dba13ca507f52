// pack/store_source.h - which store item a user means by a path.
#ifndef PACK_STORE_SOURCE_H_
#define PACK_STORE_SOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pack/guest_root.h"

namespace relocatable {

// The guest path of the item that `path` (absolute) is, or leads to by a chain
// of links, as a profile does:
//
//   ~/.guix-profile -> /var/guix/profiles/per-user/ann/guix-profile
//     -> guix-profile-7-link -> /gnu/store/…-profile
//
// An item that is itself a link is not followed. Errors: kNotFound for a path
// that does not exist; kInvalidArgument for one that ends outside a store or
// inside an item, naming the item.
absl::StatusOr<std::string> FindStoreItem(const GuestRoot& root,
                                          absl::string_view path);

// Whether a user who says `source` means an item: it is a path (has a slash)
// that lies in a store by its text, or leads into one. What is neither is a
// program of the machine (pack/host/).
bool MeansStoreItem(const GuestRoot& root, absl::string_view source);

}  // namespace relocatable

#endif  // PACK_STORE_SOURCE_H_
