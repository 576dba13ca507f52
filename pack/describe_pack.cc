#include "pack/describe_pack.h"

#include <elf.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/module_bytes.h"
#include "base/files.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "engines/intercept/audit_module.h"
#include "engines/intercept/twin_index.h"
#include "pack/launch_writer.h"
#include "pack/manifest.h"
#include "pack/tree_order.h"
#include "pack/twins.h"

namespace relocatable {
namespace {

// Twins of files that differ only in what is not code are the same.
void AddTwins(const std::vector<PackTwin>& twins,
              std::vector<ManifestFile>& files, Plan& plan) {
  if (twins.empty()) return;
  plan.nodes.push_back({.path = kTwinDir});
  std::set<std::string> paths;
  for (const PackTwin& twin : twins) {
    const std::string path = absl::StrCat(kTwinDir, "/", ToHex(twin.sha256));
    if (!paths.insert(path).second) continue;
    files.push_back({path, twin.size, twin.sha256});
    plan.nodes.push_back(
        {.path = path, .kind = PlanNode::kMade, .mode = 0644, .make = [twin] {
           return TwinContent(twin);
         }});
  }
}

// What a program's ld.so loads first, under the engine fakechroot.
void AddAuditModule(std::vector<ManifestFile>& files, Plan& plan) {
  const std::string bytes(AuditModuleBytes());
  files.push_back({kAuditModule, bytes.size(), Sha256Of(bytes)});
  plan.nodes.push_back({.path = "lib"});
  plan.nodes.push_back({.path = kAuditModule,
                        .kind = PlanNode::kContent,
                        .mode = 0644,
                        .text = bytes});
}

}  // namespace

absl::Status DescribePack(const PackTool& tool,
                          const std::vector<std::string>& excluded,
                          const PayloadTables& tables, Plan& plan) {
  RELOC_ASSIGN_OR_RETURN(
      const std::string launch,
      WriteLaunchTable({.machine = EM_X86_64,
                        .mounts = plan.mounts,
                        .names = plan.names,
                        .entry_point = plan.entry_point,
                        .index = tables.index,
                        .twins = WriteTwinIndex(tables.twins)}));
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
  AddAuditModule(manifest.files, plan);
  AddTwins(tables.twins, manifest.files, plan);
  std::sort(manifest.files.begin(), manifest.files.end(),
            [](const ManifestFile& a, const ManifestFile& b) {
              return a.path < b.path;
            });
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
