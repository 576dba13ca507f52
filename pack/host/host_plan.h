// pack/host/host_plan.h - plans a pack of programs of this machine: what
// `relocatable pack git` does before anything is written.
//
// The payload lies below root/ at the programs' own paths, in the form of a
// merged /usr, and the launch table shows it as a layer (kMountLayer in
// engines/view/view.h). root/bin, lib, lib64 ... are links into root/usr.
#ifndef PACK_HOST_HOST_PLAN_H_
#define PACK_HOST_HOST_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pack/describe_pack.h"
#include "pack/host/host_rules.h"
#include "pack/host/traced_file.h"
#include "pack/plan.h"

namespace relocatable {

struct HostPlanOptions {
  // "git" is looked for in `path`; "./tool" and "/opt/x/tool" are files;
  // "deb:git" is a package, all of whose programs get names.
  std::vector<std::string> sources;
  std::string path;         // PATH
  std::string entry_point;  // --entry-point: a name, or its last word
  // Absolute globs of files and directories that come along, with all below
  // them, whoever owns them.
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  Keep keep = Keep::kSlim;
  // What a command has used that was run for this (trace_command.h), and the
  // directory below which files of it are private.
  std::vector<TracedFile> traced;
  std::string home;
  bool twins = true;  // false: --no-twins
  PackTool tool;
  // The host directory in which the machine's files lie; empty: "/".
  std::string root;
};

// Reads databases and files; writes nothing, runs nothing but rpm. plan.notes
// says what the user should know.
absl::StatusOr<Plan> PlanHostPack(const HostPlanOptions& options);

}  // namespace relocatable

#endif  // PACK_HOST_HOST_PLAN_H_
