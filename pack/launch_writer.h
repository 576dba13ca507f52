// pack/launch_writer.h - makes the file `launch` of a pack (launch_table.h).
#ifndef PACK_LAUNCH_WRITER_H_
#define PACK_LAUNCH_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pack/plan.h"

namespace relocatable {

struct LaunchContents {
  uint32_t machine = 0;  // e_machine of the programs
  std::vector<PlanMount> mounts;
  std::vector<PlanName> names;  // in any order
  std::string entry_point;      // one of the names, or empty
  // The in-process engine's sections, as its own code writes them.
  std::string index, checks, twins;
};

// The bytes of the table; the same for the same contents in any order. An error
// if LaunchTable could not read it: too many mounts, a path that is not normal,
// a name twice, an entry point that is no name.
absl::StatusOr<std::string> WriteLaunchTable(const LaunchContents& contents);

}  // namespace relocatable

#endif  // PACK_LAUNCH_WRITER_H_
