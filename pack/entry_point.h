// pack/entry_point.h - which name `run PACK` starts: --entry-point.
#ifndef PACK_ENTRY_POINT_H_
#define PACK_ENTRY_POINT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pack/plan.h"

namespace relocatable {

// The name that `wish` is ("bin/hello", "/bin/hello"), or whose last component
// it is, if only one has it ("hello"). Else an error with the names nearest to
// it.
absl::StatusOr<std::string> FindEntryPoint(const std::vector<PlanName>& names,
                                           absl::string_view wish);

}  // namespace relocatable

#endif  // PACK_ENTRY_POINT_H_
