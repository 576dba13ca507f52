// `relocatable inspect`: what is in a pack, or what an ELF file needs.
//
// A directory is a pack (or an error), a link of a pack the program it starts;
// any other operand is read as a script or an ELF file. Nothing of it is run.
#include "cli/inspect.h"

#include <stdio.h>
#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/door.h"
#include "cli/inspect_elf.h"
#include "cli/inspect_pack.h"
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

// As the engine fakechroot starts it.
absl::StatusOr<std::string> EngineCommandLine(const Subject& subject,
                                              const Closure& closure,
                                              const ScriptChain& scripts) {
  std::vector<std::string> argv = {closure.objects[0].found.path};
  if (!scripts.scripts.empty()) {
    argv = {scripts.scripts.back().interpreter};
    for (const std::string& word : scripts.Arguments()) argv.push_back(word);
  }
  RELOC_ASSIGN_OR_RETURN(const LoaderCommand command,
                         LoaderStartCommand(subject, closure, argv));
  return ShellLine(command);
}

absl::StatusOr<Report> ReportCommand(const Subject& subject,
                                     const Closure& closure,
                                     const ElfCommandOptions& command,
                                     const Options& options) {
  RELOC_ASSIGN_OR_RETURN(
      const std::string line,
      options.engine.empty()
          ? ElfCommandLine(subject.tree(), closure, command)
          : EngineCommandLine(subject, closure, command.scripts));
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
    return ReportCommand(subject, closure, command, options);
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
