#include "cli/program_needs.h"

#include <elf.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "base/status_macros.h"
#include "cli/inspect_elf.h"
#include "cli/subject.h"
#include "elf/cpu.h"
#include "elf/elf_file.h"
#include "elf/machine.h"
#include "elf/version.h"

namespace relocatable {
namespace {

bool IsI386(const ElfHeader& header) {
  return header.machine == EM_386 && !header.is_64;
}

AddressRange FixedAddresses(const ElfFile& elf) {
  if (elf.header.type != ET_EXEC) return {};
  AddressRange range;
  for (const Segment& s : elf.segments) {
    if (s.type != PT_LOAD) continue;
    const uint64_t end = s.address + s.memory_size;
    range.begin = range.end == 0 ? s.address : std::min(range.begin, s.address);
    range.end = std::max(range.end, end);
  }
  return range;
}

bool GainsRights(const FileTree& tree, const std::string& path) {
  const absl::StatusOr<std::string> host = tree.HostPath(path);
  struct stat st;
  if (!host.ok() || stat(host->c_str(), &st) != 0) return false;
  return (st.st_mode & (S_ISUID | S_ISGID)) != 0 ||
         getxattr(host->c_str(), "security.capability", nullptr, 0) > 0;
}

}  // namespace

absl::StatusOr<ProgramNeeds> FindProgramNeeds(const FileTree& tree,
                                              const std::string& path,
                                              const std::string& library_path) {
  ProgramNeeds needs;
  RELOC_ASSIGN_OR_RETURN(needs.scripts,
                         FollowScripts(tree, CurrentDirectory(), path));
  RELOC_ASSIGN_OR_RETURN(needs.closure,
                         InspectElf(tree, needs.scripts.program, library_path));
  const ElfFile& elf = *needs.closure.objects[0].elf;
  needs.traits.is_static = elf.interpreter.empty();
  needs.traits.is_32_bit = IsI386(elf.header);
  needs.traits.fixed = FixedAddresses(elf);
  needs.gains_rights = GainsRights(tree, needs.scripts.program);
  return needs;
}

std::string WhyNowhere(const ProgramNeeds& needs) {
  const Closure& c = needs.closure;
  const ElfHeader& header = c.objects[0].elf->header;
  if (!IsHostMachine(header) && !IsI386(header)) {
    return absl::StrCat("it is for another processor, ", MachineName(header));
  }
  if (!c.loader_problem.empty()) {
    return absl::StrCat("its interpreter cannot be used: ", c.loader_problem);
  }
  for (const Requirement& r : c.requirements) {
    if (!r.missing()) continue;
    return absl::StrCat("it needs ", r.name, ": ", r.problem);
  }
  return "";
}

std::string WhyNotHere(const ProgramNeeds& needs, const std::string& release) {
  if (std::string why = WhyNowhere(needs); !why.empty()) return why;
  const size_t digits = release.find_first_not_of("0123456789.");
  const absl::optional<Version> running =
      ParseVersion(release.substr(0, digits));
  const absl::optional<Version> kernel = needs.closure.kernel_floor();
  if (kernel.has_value() && running.has_value() && *running < *kernel) {
    return absl::StrCat("it needs Linux ", kernel->ToString(),
                        ", and this machine has ", release);
  }
  const int level = HostCpu().x86_level, least = needs.closure.x86_level();
  if (level > 0 && least > level) {
    return absl::StrCat("it needs a processor of ", X86LevelName(least),
                        ", and this machine's is ", X86LevelName(level));
  }
  return "";
}

}  // namespace relocatable
