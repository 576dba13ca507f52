// `relocatable inspect`: what is in a pack, or what an ELF file needs.
//
// A directory is a pack (or an error), a link of a pack the program it starts;
// any other operand is read as a script or an ELF file. Nothing of it is run.
#include "cli/inspect.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/inspect_elf.h"
#include "cli/inspect_pack.h"
#include "cli/own_binary.h"
#include "cli/subject.h"
#include "elf/closure.h"
#include "elf/file_tree.h"
#include "elf/loader_command.h"
#include "elf/script_chain.h"

namespace relocatable {
namespace {

constexpr char kName[] = "inspect";
constexpr char kByLoader[] = "fakechroot";  // the engine that goes by ld.so

struct Options {
  InspectPackOptions pack;
  bool command = false;
  std::string engine;
  std::vector<std::string> operands;
};

// What to print, and whether --verify found no difference.
using Report = PackReport;

// The module that translates paths for ld.so lies in lib/ beside the binary, in
// a pack as elsewhere. Its word for the view is the pack's directory.
AuditModule ModuleFor(const Subject& subject) {
  std::string folder = subject.pack;
  if (folder.empty()) {
    const absl::StatusOr<std::string> self = ReadLink(OwnBinary());
    folder = Dirname(self.ok() ? *self : OwnBinary());
  }
  const std::string path = absl::StrCat(folder, "/lib/audit.so");
  if (access(path.c_str(), R_OK) != 0) {
    PrintError(kName, absl::StrCat("'", path,
                                   "' cannot be read: ld.so would start "
                                   "the program without it"));
  }
  return {path, subject.pack.empty() ? "/" : subject.pack};
}

absl::StatusOr<Report> ReportCommand(const Subject& subject,
                                     const Closure& closure,
                                     ElfCommandOptions command,
                                     const Options& options) {
  if (!options.engine.empty()) command.module = ModuleFor(subject);
  RELOC_ASSIGN_OR_RETURN(std::string line,
                         ElfCommandLine(subject.tree(), closure, command));
  return Report{absl::StrCat(line, "\n"), true};
}

absl::StatusOr<Report> ReportElf(const std::string& operand,
                                 const Options& options) {
  if (options.pack.tree || options.pack.verify) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", operand, "': --tree and --verify are for packs"));
  }
  RELOC_ASSIGN_OR_RETURN(const Subject subject, FindSubject(operand));
  const HostTree tree = subject.tree();
  ElfCommandOptions command;
  command.library_path = CurrentLibraryPath();
  RELOC_ASSIGN_OR_RETURN(
      command.scripts,
      FollowScripts(tree, CurrentDirectory(), subject.program));
  RELOC_ASSIGN_OR_RETURN(
      const Closure closure,
      InspectElf(tree, command.scripts.program, command.library_path));
  if (options.command) {
    return ReportCommand(subject, closure, std::move(command), options);
  }
  if (!options.pack.json) {
    return Report{
        absl::StrCat(ScriptLines(command.scripts), ElfReportText(closure)),
        true};
  }
  return Report{command.scripts.scripts.empty()
                    ? ElfReportJson(closure)
                    : ScriptReportJson(command.scripts, closure),
                true};
}

absl::StatusOr<Report> ReportOn(const std::string& operand,
                                const Options& options) {
  struct stat st;
  const bool is_directory =
      stat(operand.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
  if (!is_directory) return ReportElf(operand, options);
  if (options.command) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", operand, "': --command is for programs"));
  }
  if (!LooksLikePack(operand)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", operand,
        "' is a directory without a file 'launch': it is no pack"));
  }
  return InspectPack(operand, options.pack);
}

int Usage(absl::string_view message) {
  PrintError(kName,
             absl::StrCat(message, " (see 'relocatable inspect --help')"));
  return kExitUsage;
}

int Run(const Options& options) {
  if (!options.engine.empty() && !options.command) {
    return Usage("--engine goes with --command");
  }
  if (!options.engine.empty() && options.engine != kByLoader) {
    return Usage(absl::StrCat("--engine: '", options.engine,
                              "' does not start programs by a command of "
                              "their ld.so; '",
                              kByLoader, "' does"));
  }
  int status = 0;
  for (const std::string& operand : options.operands) {
    const absl::StatusOr<Report> report = ReportOn(operand, options);
    if (!report.ok()) {
      PrintError(kName, report.status().message());
      status = kExitFailure;
      continue;
    }
    fputs(report->text.c_str(), stdout);
    if (!report->intact) status = kExitFailure;
  }
  return status;
}

std::function<int()> Declare(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_flag("--json", options->pack.json,
               "Print JSON (docs/inspect-json.md)");
  app.add_flag("--tree", options->pack.tree,
               "Of a pack: each item below what needs it");
  app.add_flag("--verify", options->pack.verify,
               "Of a pack: compare it with its manifest");
  app.add_flag("--command", options->command,
               "Of a program: the command of its ld.so that starts it");
  app.add_option("--engine", options->engine,
                 "With --command: as the engine fakechroot starts it")
      ->type_name("NAME");
  app.add_option("PACK|ELF", options->operands,
                 "Packs, their programs, ELF files, scripts")
      ->required();
  return [options] { return Run(*options); };
}

}  // namespace

const Command kInspectCommand = {
    kName,
    "what is in a pack, or what an ELF file needs and where it is found",
    "relocatable inspect /usr/bin/git",
    kExitUsage,
    Declare,
};

}  // namespace relocatable
