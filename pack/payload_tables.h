// pack/payload_tables.h - what the in-process engine may know of a payload
// beforehand: where every path leads (engines/view/payload_index.h) and which
// files have twins (pack/twins.h). Sections of the launch table.
#ifndef PACK_PAYLOAD_TABLES_H_
#define PACK_PAYLOAD_TABLES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pack/exclude.h"
#include "pack/plan.h"
#include "pack/twins.h"

namespace relocatable {

// An item, as the guest and the host know it.
struct PayloadItem {
  std::string guest, host;
};

struct PayloadTables {
  std::string index;
  std::vector<PackTwin> twins;
};

// Reads the names of all files of `items` that `exclude` keeps, which lie below
// `mounts`; and if `with_twins`, the code of the programs and libraries.
absl::StatusOr<PayloadTables> MakePayloadTables(
    const std::vector<PlanMount>& mounts, const std::vector<PayloadItem>& items,
    const Exclude& exclude, bool with_twins);

}  // namespace relocatable

#endif  // PACK_PAYLOAD_TABLES_H_
