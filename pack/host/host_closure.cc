#include "pack/host/host_closure.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/status_macros.h"
#include "elf/closure.h"
#include "elf/elf_file.h"
#include "elf/machine.h"
#include "pack/host/find_program.h"
#include "pack/host/link_hops.h"
#include "pack/host/merged_usr.h"

namespace relocatable {
namespace {

absl::string_view LastComponent(absl::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// The `#!` line of the host's file; nothing if it has none that works.
absl::optional<Shebang> ShebangOf(const std::string& host) {
  const Fd fd(open(host.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  char buffer[kShebangBuffer];
  const ssize_t size = fd.ok() ? read(fd.get(), buffer, sizeof(buffer)) : 0;
  if (size <= 2) return absl::nullopt;
  absl::StatusOr<absl::optional<Shebang>> shebang =
      ParseShebang(absl::string_view(buffer, size));
  if (!shebang.ok() || !shebang->has_value()) return absl::nullopt;
  if (!absl::StartsWith((*shebang)->interpreter, "/")) return absl::nullopt;
  return *std::move(shebang);
}

bool IsShell(absl::string_view interpreter) {
  const absl::string_view name = LastComponent(interpreter);
  return name == "sh" || name == "bash" || name == "dash" || name == "ksh";
}

// The program that env(1) is told to start: of "-S python3 -u", python3.
absl::string_view WordForEnv(absl::string_view argument) {
  for (absl::string_view word :
       absl::StrSplit(argument, absl::ByAnyChar(" \t"), absl::SkipEmpty())) {
    if (absl::StartsWith(word, "-S") && word.size() > 2) return word.substr(2);
    if (!absl::StartsWith(word, "-") && !absl::StrContains(word, '=')) {
      return word;
    }
  }
  return "";
}

// Whether the host's file can be a program that this program starts.
absl::Status CheckProgram(const std::string& host) {
  struct stat st;
  if (lstat(host.c_str(), &st) != 0 || !S_ISREG(st.st_mode)) {
    return absl::InvalidArgumentError("is no file");
  }
  if (access(host.c_str(), R_OK) != 0) {
    return ErrnoError(errno, absl::StrCat("cannot read '", host, "'"));
  }
  if ((st.st_mode & 0111) == 0) {
    return absl::InvalidArgumentError("is no program: nobody may execute it");
  }
  const absl::StatusOr<ElfFile> elf = ReadElfFile(host);
  if (elf.ok() && !IsHostMachine(elf->header)) {
    return absl::InvalidArgumentError(
        absl::StrCat("is a program for ", MachineName(elf->header),
                     ", and this machine is another (pack it there)"));
  }
  return absl::OkStatus();
}

// What decides which libraries ld.so loads: programs that wish the same get the
// same. (The tools of scripts, 37, wish for 8 different sets.)
std::string WishesOf(const ElfFile& elf, const std::string& program) {
  if (elf.dynamic.rpath.has_value() || elf.dynamic.runpath.has_value()) {
    return program;
  }
  std::string wishes = elf.interpreter;
  for (const Dependency& dependency : elf.dynamic.dependencies) {
    absl::StrAppend(&wishes, "\n", dependency.name);
  }
  return wishes;
}

std::vector<std::string> AllOf(LinkHops hops) {
  hops.links.push_back(std::move(hops.end));
  return std::move(hops.links);
}

}  // namespace

HostClosure::HostClosure(const GuestRoot& root, PackageDatabase* database,
                         Keep keep, absl::string_view path, HostFiles& files)
    : root_(root),
      database_(database),
      keep_(keep),
      path_(path),
      files_(files),
      tree_({TreeMount{"/", root.HostPath("/")}}) {
  if (database != nullptr) {
    closure_ = std::make_unique<PackageClosure>(*database, keep);
  }
}

absl::StatusOr<uint32_t> HostClosure::OwnerOf(absl::string_view file) {
  if (database_ == nullptr) return kNoPackage;
  return database_->OwnerOf(file);
}

absl::Status HostClosure::NotWhole(const Package& package) const {
  return absl::FailedPreconditionError(
      absl::StrCat("the package '", package.name, "' is ", package.trouble,
                   " (", database_->remedy(), ")"));
}

absl::Status HostClosure::AddPackage(uint32_t package, absl::string_view why) {
  const Package& added = database_->packages()[package];
  if (!added.trouble.empty()) return NotWhole(added);
  closure_->Add(package, why);
  return absl::OkStatus();
}

absl::Status HostClosure::AddProgram(absl::string_view file,
                                     absl::string_view name) {
  RELOC_ASSIGN_OR_RETURN(const LinkHops hops, FollowLinks(root_, file));
  RELOC_RETURN_IF_ERROR(CheckProgram(root_.HostPath(hops.end)));
  for (const std::string& hop : AllOf(hops)) {
    RELOC_ASSIGN_OR_RETURN(const uint32_t owner, OwnerOf(hop));
    if (owner != kNoPackage) RELOC_RETURN_IF_ERROR(AddPackage(owner, name));
    if (owner == kNoPackage || keep_ == Keep::kTraced) {
      RELOC_RETURN_IF_ERROR(AddOnlyFile(hop, name));
      if (hop == hops.end) RELOC_RETURN_IF_ERROR(AddNeedsOf(hop));
    }
  }
  if (database_ == nullptr || keep_ == Keep::kTraced) return absl::OkStatus();
  RELOC_ASSIGN_OR_RETURN(const uint32_t owner, OwnerOf(hops.end));
  const uint32_t same = database_->Find(LastComponent(file));
  if (owner == kNoPackage || same == kNoPackage) return absl::OkStatus();
  return AddPackage(same, name);
}

absl::Status HostClosure::AddOnlyFile(const std::string& file,
                                      absl::string_view why) {
  uint32_t place = kNobody;
  RELOC_ASSIGN_OR_RETURN(const uint32_t owner, OwnerOf(file));
  if (owner != kNoPackage) {
    if (keep_ == Keep::kTraced) closure_->Add(owner, why);
    place = closure_->PlaceOf(owner);
  }
  return files_.AddResolved(file, place, why).status();
}

absl::Status HostClosure::AddUsed(const std::string& file, bool executed) {
  constexpr absl::string_view kWhy = "traced";
  if (executed) return AddNeeded(file, kWhy, true);
  return AddOnlyFile(file, kWhy);
}

absl::Status HostClosure::AddNeeded(absl::string_view file,
                                    absl::string_view why, bool with_packages) {
  const absl::StatusOr<LinkHops> hops = FollowLinks(root_, file);
  if (!hops.ok()) return absl::OkStatus();
  for (const std::string& hop : AllOf(*hops)) {
    RELOC_ASSIGN_OR_RETURN(const uint32_t owner, OwnerOf(hop));
    const Package* const package =
        owner == kNoPackage ? nullptr : &database_->packages()[owner];
    const bool piece = package == nullptr || keep_ == Keep::kTraced ||
                       (package->essential && !IsWhole(package->name));
    if (piece && !files_.Contains(hop)) {
      RELOC_RETURN_IF_ERROR(AddOnlyFile(hop, why));
      if (hop == hops->end) RELOC_RETURN_IF_ERROR(AddNeedsOf(hop));
    } else if (!piece && (with_packages || keep_ == Keep::kFull)) {
      closure_->Add(owner, why);
    }
  }
  return absl::OkStatus();
}

absl::Status HostClosure::AddNeedsOf(const std::string& file) {
  const absl::optional<Shebang> shebang = ShebangOf(root_.HostPath(file));
  if (shebang.has_value()) return AddInterpreter(*shebang, file, true);
  return AddLibraries(file);
}

absl::Status HostClosure::AddLibraries(const std::string& program) {
  const absl::StatusOr<ElfFile> elf = ReadElfFile(root_.HostPath(program));
  // Data; a script's library; a library, which comes with those of the program
  // that loads it, and without that nobody knows where ld.so looks.
  if (!elf.ok() || elf->interpreter.empty()) return absl::OkStatus();
  if (!searched_.insert(WishesOf(*elf, program)).second) {
    return absl::OkStatus();
  }
  const absl::StatusOr<Closure> closure = ComputeClosure(tree_, program);
  if (!closure.ok()) return absl::OkStatus();
  for (size_t i = 1; i < closure->objects.size(); ++i) {
    RELOC_RETURN_IF_ERROR(AddNeeded(closure->objects[i].found.path,
                                    absl::StrCat("library of ", program),
                                    true));
  }
  for (const Requirement& need : closure->requirements) {
    if (!need.missing()) continue;
    notes_.push_back(absl::StrCat("'", program, "' needs the library '",
                                  need.name, "', which is not found here"));
  }
  return absl::OkStatus();
}

absl::Status HostClosure::AddInterpreter(const Shebang& shebang,
                                         const std::string& script,
                                         bool with_packages) {
  has_shell_script_ |= IsShell(shebang.interpreter);
  const std::string why = absl::StrCat("interpreter of ", script);
  RELOC_RETURN_IF_ERROR(AddNeeded(shebang.interpreter, why, with_packages));
  if (LastComponent(shebang.interpreter) != "env") return absl::OkStatus();
  const absl::string_view word =
      shebang.argument.has_value() ? WordForEnv(*shebang.argument) : "";
  has_shell_script_ |= IsShell(word);
  const std::string file = FindInPath(root_, path_, word);
  if (file.empty()) return absl::OkStatus();
  return AddNeeded(file, why, with_packages);
}

absl::Status HostClosure::AddCopyright(uint32_t place) {
  const uint32_t package = closure_->chosen()[place].package;
  const absl::StatusOr<LinkHops> hops = FollowLinks(
      root_, absl::StrCat("/usr/share/doc/",
                          database_->packages()[package].name, "/copyright"));
  if (!hops.ok()) return absl::OkStatus();
  for (const std::string& hop : AllOf(*hops)) {
    RELOC_RETURN_IF_ERROR(files_.AddResolved(hop, place, "").status());
  }
  return absl::OkStatus();
}

absl::Status HostClosure::AddFilesOf(uint32_t place) {
  if (keep_ == Keep::kTraced) return AddCopyright(place);
  const uint32_t package = closure_->chosen()[place].package;
  // Of one that is only not configured all files are there.
  const Package& needed = database_->packages()[package];
  if (needed.trouble == "half-installed") return NotWhole(needed);
  RELOC_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                         database_->Files(package));
  const bool has_programs = !NeedsNothing(needed.name);
  for (const std::string& path : paths) {
    if (!IsKept(keep_, MergedPath(path))) continue;
    RELOC_ASSIGN_OR_RETURN(const HostFile* const file,
                           files_.Add(path, place, ""));
    if (file == nullptr || file->kind != HostFile::kFile ||
        (file->mode & 0111) == 0 || !has_programs ||
        absl::StartsWith(path, "/usr/share/")) {  // examples, templates
      continue;
    }
    const auto shebang = ShebangOf(root_.HostPath(file->guest));
    if (!shebang.has_value()) continue;
    RELOC_RETURN_IF_ERROR(AddInterpreter(*shebang, file->guest, false));
  }
  return absl::OkStatus();
}

absl::Status HostClosure::AddTools() {
  for (const absl::string_view tool : ScriptTools()) {
    const std::string file = FindInPath(root_, "/usr/bin:/bin", tool);
    if (file.empty()) continue;
    RELOC_RETURN_IF_ERROR(AddNeeded(file, "tool of shell scripts", false));
  }
  return absl::OkStatus();
}

absl::Status HostClosure::Finish() {
  while (true) {
    if (closure_ != nullptr && expanded_ < closure_->chosen().size()) {
      RELOC_RETURN_IF_ERROR(AddFilesOf(expanded_++));
    } else if (has_shell_script_ && !has_tools_ && keep_ != Keep::kTraced) {
      RELOC_RETURN_IF_ERROR(AddTools());
      has_tools_ = true;
    } else {
      return absl::OkStatus();
    }
  }
}

std::vector<ChosenPackage> HostClosure::packages() const {
  if (closure_ == nullptr) return {};
  return closure_->chosen();
}

std::vector<std::string> HostClosure::notes() const {
  std::vector<std::string> notes = notes_;
  if (closure_ == nullptr) return notes;
  for (std::string& note : closure_->notes()) notes.push_back(std::move(note));
  return notes;
}

}  // namespace relocatable
