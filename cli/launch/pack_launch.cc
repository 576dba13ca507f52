#include "cli/launch/pack_launch.h"

#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX

#include "base/bare/str.h"

namespace relocatable {

const char* LaunchFromTable(const LaunchTable& table, const char* pack,
                            uint32_t index, PackLaunchSpace& space,
                            Launch& launch) {
  if (const char* problem = table.CheckName(index)) return problem;
  size_t used = 0;
  for (uint32_t i = 0; i < table.mount_count(); ++i) {
    const LaunchMount& row = table.mount(i);
    bare::Buffer host(space.hosts + used, sizeof(space.hosts) - used);
    host.Append(pack).Append("/").Append(table.string(row.host));
    if (host.overflow() || host.size() >= PATH_MAX) {
      return "lies at a path that is too long (PATH_MAX is 4096)";
    }
    used += host.size() + 1;
    space.mounts[i] = {table.string(row.guest), host.c_str(),
                       row.flags | kMountPayload};
  }
  const LaunchHeader& header = table.header();
  launch.payload = {pack,
                    "launch",
                    {header.index.offset, header.index.size},
                    {header.twins.offset, header.twins.size}};
  launch.view = {"", space.mounts, table.mount_count()};
  launch.program = table.string(table.name(index).target);
  launch.search_path = false;
  return nullptr;
}

}  // namespace relocatable
