// pack/host/alternatives.h - names that update-alternatives(1) shares out:
//
//   /usr/bin/vim -> /etc/alternatives/vim -> /usr/bin/vim.basic
//
// No package owns the first two. /var/lib/dpkg/alternatives has a file for each
// group of names: a line of state, the first link, then two lines for each that
// goes with it (its word in /etc/alternatives and the link), an empty line, and
// the candidates.
#ifndef PACK_HOST_ALTERNATIVES_H_
#define PACK_HOST_ALTERNATIVES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pack/guest_root.h"

namespace relocatable {

struct Alternative {
  std::string word;  // "vim": the link is /etc/alternatives/vim
  std::string link;  // "/usr/bin/vim"
};

// What the file of the group `word` says.
std::vector<Alternative> ParseAlternatives(absl::string_view word,
                                           absl::string_view text);

// All groups of the machine, in the order of their words; none if there is no
// such folder.
absl::StatusOr<std::vector<Alternative>> ReadAlternatives(
    const GuestRoot& root);

}  // namespace relocatable

#endif  // PACK_HOST_ALTERNATIVES_H_
