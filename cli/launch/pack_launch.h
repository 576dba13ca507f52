// cli/launch/pack_launch.h - the launch of one program of a pack, built from
// the mapped launch table; freestanding.
#ifndef CLI_LAUNCH_PACK_LAUNCH_H_
#define CLI_LAUNCH_PACK_LAUNCH_H_

#include "engines/launch.h"
#include "pack/launch_table.h"

namespace relocatable {

// What a Launch from a table points into. Zero-initialised, no constructor: one
// lies in .bss, before libc.
struct PackLaunchSpace {
  Mount mounts[kMaxLaunchMounts];
  char hosts[64 * 1024];  // the mounts' host paths
};

// Fills view and program of `launch` for name `index` of `table`, which lies in
// the directory `pack` (absolute). Returns nullptr, or what is wrong in words
// that follow the pack's name.
const char* LaunchFromTable(const LaunchTable& table, const char* pack,
                            uint32_t index, PackLaunchSpace& space,
                            Launch& launch);

}  // namespace relocatable

#endif  // CLI_LAUNCH_PACK_LAUNCH_H_
