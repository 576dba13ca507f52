#include "pack/why.h"

#include <algorithm>

namespace relocatable {

std::vector<uint32_t> WhoNeeds(const std::vector<PlanItem>& items,
                               const std::vector<std::string>& sources) {
  std::vector<uint32_t> who(items.size(), kNobody);
  std::vector<bool> seen(items.size(), false);
  std::vector<uint32_t> queue;
  for (uint32_t i = 0; i < items.size(); ++i) {
    if (std::find(sources.begin(), sources.end(), items[i].path) !=
        sources.end()) {
      seen[i] = true;
      queue.push_back(i);
    }
  }
  for (size_t next = 0; next < queue.size(); ++next) {
    for (uint32_t reference : items[queue[next]].references) {
      if (seen[reference]) continue;
      seen[reference] = true;
      who[reference] = queue[next];
      queue.push_back(reference);
    }
  }
  return who;
}

}  // namespace relocatable
