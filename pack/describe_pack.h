// pack/describe_pack.h - the files of a pack that are no payload: launch,
// manifest.json, relocatable and the twins.
#ifndef PACK_DESCRIBE_PACK_H_
#define PACK_DESCRIBE_PACK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pack/payload_tables.h"
#include "pack/plan.h"

namespace relocatable {

struct PackTool {
  // The host's file that becomes `relocatable`, and what it calls itself.
  std::string binary = "/proc/self/exe";
  std::string name;
};

// Adds them to `plan`, of which all that they say (mounts, names, items ...) is
// there, and sorts its nodes. `excluded`: the globs of --exclude.
absl::Status DescribePack(const PackTool& tool,
                          const std::vector<std::string>& excluded,
                          const PayloadTables& tables, Plan& plan);

}  // namespace relocatable

#endif  // PACK_DESCRIBE_PACK_H_
