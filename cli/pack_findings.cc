#include "cli/pack_findings.h"

#include <set>

#include "base/sha256.h"

namespace relocatable {

uint64_t PayloadSize(const Manifest& manifest) {
  uint64_t size = 0;
  for (const PlanItem& item : manifest.items) size += item.nar_size;
  std::set<Sha256Digest> seen;  // equal files are hard links of one
  for (const PlanFile& file : manifest.payload) {
    if (seen.insert(file.sha256).second) size += file.size;
  }
  return size;
}

}  // namespace relocatable
