#include "cli/pack_programs.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/inspect_elf.h"
#include "cli/program_needs.h"
#include "elf/elf_file.h"
#include "elf/file_tree.h"
#include "engines/all.h"
#include "engines/serve.h"

namespace relocatable {
namespace {

// The host with the pack's mounts over it, as a program of the pack sees it.
std::vector<TreeMount> ViewOf(const std::string& dir,
                              const Manifest& manifest) {
  std::vector<TreeMount> view = {TreeMount{"/", "/"}};
  for (const PlanMount& mount : manifest.mounts) {
    view.push_back({mount.guest, absl::StrCat(dir, "/", mount.host)});
  }
  return view;
}

PackProgram Examine(const FileTree& tree, const PlanName& name) {
  PackProgram program{.name = name.name};
  const absl::StatusOr<ProgramNeeds> needs =
      FindProgramNeeds(tree, name.target, "");
  if (!needs.ok()) {
    program.problem = std::string(needs.status().message());
    return program;
  }
  program.kind = needs->scripts.scripts.empty()
                     ? ElfKindName(needs->closure.objects[0].elf->kind)
                     : "script";
  program.problem = WhyNowhere(*needs);
  program.floor = {needs->closure.kernel_floor(), needs->closure.x86_level()};
  for (const Engine* const engine : AllEngines()) {
    program.why_not.push_back(WhyNotServed(engine->traits(), needs->traits));
  }
  return program;
}

}  // namespace

std::vector<PackProgram> ExaminePackPrograms(const std::string& dir,
                                             const Manifest& manifest) {
  const HostTree tree(ViewOf(dir, manifest));
  std::vector<PackProgram> programs;
  for (const PlanName& name : manifest.names) {
    programs.push_back(Examine(tree, name));
  }
  return programs;
}

Floor FloorOf(const std::vector<PackProgram>& programs) {
  Floor floor;
  for (const PackProgram& program : programs) {
    floor.kernel = std::max(floor.kernel, program.floor.kernel);
    floor.x86_level = std::max(floor.x86_level, program.floor.x86_level);
  }
  return floor;
}

}  // namespace relocatable
