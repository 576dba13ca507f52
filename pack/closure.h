// pack/closure.h - everything that store items need: what they refer to, what
// that refers to, and so on.
#ifndef PACK_CLOSURE_H_
#define PACK_CLOSURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pack/exclude.h"
#include "pack/guest_root.h"
#include "pack/item_source.h"
#include "pack/plan.h"

namespace relocatable {

// The closure of `roots` (guest paths of items of one store), sorted by path,
// without what `exclude` leaves out.
//
// An item that files are left out of is read again: it keeps those references
// that occur in what remains, and gets a size and hash of its own, so that what
// only the missing files needed is not packed.
//
// Errors: an item that `source` does not know, that is missing on disk or
// cannot be read, or a root that is excluded.
absl::StatusOr<std::vector<PlanItem>> FindClosure(
    const GuestRoot& root, const std::vector<std::string>& roots,
    ItemSource& source, Exclude& exclude);

}  // namespace relocatable

#endif  // PACK_CLOSURE_H_
