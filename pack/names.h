// pack/names.h - the names of a pack: its links, and the programs they start.
//
// For each rule NAME=TARGET (name_rule.h) and each source, what is at TARGET in
// the source appears at NAME in the pack:
//
//   a program                bin/hello -> ../relocatable, which starts it
//   another file             share/x -> ../root/gnu/store/…/share/x
//   a directory              a directory of such links, all the way down; or
//                            one link to it, where that comes to the same
//
// A profile's links are absolute and lead nowhere on a machine without a store,
// so they are followed here, below the source's root, and what they lead to is
// linked. A program is an executable file that is no shared library; it is
// started by its path in the source, as a user of the profile would.
#ifndef PACK_NAMES_H_
#define PACK_NAMES_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pack/guest_root.h"
#include "pack/name_rule.h"
#include "pack/plan.h"

namespace relocatable {

struct Names {
  std::vector<PlanName> names;  // sorted by name
  // Directories and links, each after the directory that holds it.
  std::vector<PlanNode> nodes;
};

// Whether the pack holds the file at a guest path that has no links in it.
using IsPacked = absl::FunctionRef<bool(absl::string_view guest)>;

// Errors: a TARGET that no source has; two sources that want one name for
// different things; a file that cannot be read. A link that leads to nothing,
// or to what is not packed, gets no name.
absl::StatusOr<Names> MakeNames(const GuestRoot& root,
                                const std::vector<std::string>& sources,
                                const std::vector<NameRule>& rules,
                                IsPacked is_packed);

}  // namespace relocatable

#endif  // PACK_NAMES_H_
