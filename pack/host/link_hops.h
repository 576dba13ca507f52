// pack/host/link_hops.h - the links on the way from a path to its file.
//
//   /usr/bin/vim -> /etc/alternatives/vim -> /usr/bin/vim.basic
//
// A pack keeps each of them: a program may look at the names it has been
// started by, and finds itself (and its data, $0/../lib) by them.
#ifndef PACK_HOST_LINK_HOPS_H_
#define PACK_HOST_LINK_HOPS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pack/guest_root.h"

namespace relocatable {

struct LinkHops {
  // In the order in which the kernel meets them, those of directories too; the
  // links that merge /usr (/bin, /lib ...) are not among them. The directories
  // of each hold no links.
  std::vector<std::string> links;
  std::string end;  // where the last one leads: without links
};

// `path` is absolute. kNotFound for a way that ends in nothing: "'/usr/bin/vim'
// leads to '/usr/bin/vim.basic', which does not exist".
absl::StatusOr<LinkHops> FollowLinks(const GuestRoot& root,
                                     absl::string_view path);

// The links that there are on the way to a path, wherever that ends.
std::vector<std::string> LinksTowards(const GuestRoot& root,
                                      absl::string_view path);

}  // namespace relocatable

#endif  // PACK_HOST_LINK_HOPS_H_
