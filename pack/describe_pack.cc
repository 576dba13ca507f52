#include "pack/describe_pack.h"

#include <elf.h>

#include <algorithm>

#include "absl/status/statusor.h"
#include "base/files.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "pack/launch_writer.h"
#include "pack/manifest.h"
#include "pack/tree_order.h"

namespace relocatable {

absl::Status DescribePack(const PackTool& tool,
                          const std::vector<std::string>& excluded,
                          Plan& plan) {
  RELOC_ASSIGN_OR_RETURN(const std::string launch,
                         WriteLaunchTable({.machine = EM_X86_64,
                                           .mounts = plan.mounts,
                                           .names = plan.names,
                                           .entry_point = plan.entry_point}));
  RELOC_ASSIGN_OR_RETURN(const std::string binary, ReadFile(tool.binary));
  Manifest manifest;
  manifest.tool = tool.name;
  manifest.machine = "x86_64";
  manifest.origin = plan.origin;
  manifest.sources = plan.sources;
  manifest.excluded = excluded;
  manifest.mounts = plan.mounts;
  manifest.names = plan.names;
  manifest.entry_point = plan.entry_point;
  manifest.items = plan.items;
  manifest.packages = plan.packages;
  manifest.payload = plan.payload;
  manifest.files = {{"launch", launch.size(), Sha256Of(launch)},
                    {"relocatable", binary.size(), Sha256Of(binary)}};
  plan.bytes += binary.size();
  plan.nodes.push_back({.path = "launch",
                        .kind = PlanNode::kContent,
                        .mode = 0644,
                        .text = launch});
  plan.nodes.push_back({.path = "manifest.json",
                        .kind = PlanNode::kContent,
                        .mode = 0644,
                        .text = WriteManifest(manifest)});
  plan.nodes.push_back({.path = "relocatable",
                        .kind = PlanNode::kFile,
                        .mode = 0755,
                        .source = tool.binary});
  std::sort(plan.nodes.begin(), plan.nodes.end(),
            [](const PlanNode& a, const PlanNode& b) {
              return TreeOrder()(a.path, b.path);
            });
  return absl::OkStatus();
}

}  // namespace relocatable
