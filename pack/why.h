// pack/why.h - why each item is in a pack: the shortest chain of references
// that leads to it from what the user asked for.
#ifndef PACK_WHY_H_
#define PACK_WHY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "pack/plan.h"

namespace relocatable {

// For each item the place of the one that brought it in: the next on its
// shortest chain towards a source; of equal chains the one by the first item.
// kNobody for the sources, and for items that no source needs.
std::vector<uint32_t> WhoNeeds(const std::vector<PlanItem>& items,
                               const std::vector<std::string>& sources);

}  // namespace relocatable

#endif  // PACK_WHY_H_
