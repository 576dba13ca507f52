// `relocatable inspect`: what is in a pack, or what an ELF file needs.
//
// A directory is a pack (or an error); any other operand is read as an ELF
// file. Nothing of it is run.
#include "cli/inspect.h"

#include <stdio.h>
#include <stdlib.h>
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
#include "cli/inspect_elf.h"
#include "cli/inspect_pack.h"
#include "elf/closure.h"
#include "elf/file_tree.h"

namespace relocatable {
namespace {

constexpr char kName[] = "inspect";

struct Options {
  InspectPackOptions pack;
  bool command = false;
  std::vector<std::string> operands;
};

// What to print, and whether --verify found no difference.
using Report = PackReport;

absl::StatusOr<Report> ReportElf(const std::string& path,
                                 const Options& options) {
  if (options.pack.tree || options.pack.verify) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", path, "': --tree and --verify are for packs"));
  }
  const HostTree host;
  const char* variable = getenv("LD_LIBRARY_PATH");
  const std::string library_path = variable != nullptr ? variable : "";
  RELOC_ASSIGN_OR_RETURN(const Closure closure,
                         InspectElf(host, path, library_path));
  if (options.command) {
    RELOC_ASSIGN_OR_RETURN(std::string line,
                           ElfCommandLine(host, closure, library_path));
    return Report{absl::StrCat(line, "\n"), true};
  }
  return Report{
      options.pack.json ? ElfReportJson(closure) : ElfReportText(closure),
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

int Run(const Options& options) {
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
  app.add_option("PACK|ELF", options->operands, "Packs and ELF files")
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
