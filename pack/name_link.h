// pack/name_link.h - the texts of the links that a pack's names are. They are
// relative, so that a pack can be moved.
#ifndef PACK_NAME_LINK_H_
#define PACK_NAME_LINK_H_

#include <string>

#include "absl/strings/string_view.h"

namespace relocatable {

// From the name to a path below the pack: ("bin/x", "root/y") -> "../root/y".
std::string LinkFromName(absl::string_view name, absl::string_view path);

// "bin/hello" -> "../relocatable". The binary counts the "../" to know how many
// components its name has (cli/launch/dispatch.cc).
std::string LinkToBinary(absl::string_view name);

}  // namespace relocatable

#endif  // PACK_NAME_LINK_H_
