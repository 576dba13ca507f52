// `relocatable pack`: PlanStorePack() or PlanHostPack() finds out what the pack
// holds, WritePack() writes it. Nothing is printed on success but what
// --dry-run asks for.
#include "cli/pack.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/suggest.h"
#include "cli/human.h"
#include "cli/own_binary.h"
#include "cli/progress.h"
#include "cli/traced_run.h"
#include "cli/version.h"
#include "pack/guest_root.h"
#include "pack/host/host_plan.h"
#include "pack/host/host_rules.h"
#include "pack/interrupt.h"
#include "pack/output.h"
#include "pack/plan.h"
#include "pack/source_date.h"
#include "pack/store_plan.h"
#include "pack/store_source.h"
#include "pack/write_options.h"

namespace relocatable {
namespace {

constexpr char kName[] = "pack";

struct Options {
  StorePlanOptions plan;
  std::string output, format;
  std::string keep = "slim";  // of programs of this machine, as is:
  std::vector<std::string> include;
  std::vector<std::string> trace;  // Command::takes_command; then the command
  std::optional<int> level;
  bool dry_run = false;
  bool quiet = false;
};

int Usage(absl::string_view message) {
  PrintError(kName, absl::StrCat(message, " (see 'relocatable pack --help')"));
  return kExitUsage;
}

int Failure(const absl::Status& status) {
  PrintError(kName, status.message());
  return kExitFailure;
}

// The format that -f names, or else the suffix of -o.
absl::StatusOr<const PackFormat*> ChooseFormat(const Options& options) {
  if (options.format.empty()) return &FormatOfOutput(options.output);
  const absl::StatusOr<const PackFormat*> format =
      FindPackFormat(options.format);
  if (format.ok()) return format;
  std::vector<std::string> names;
  for (const PackFormat& known : PackFormats()) names.push_back(known.name);
  return absl::NotFoundError(absl::StrCat(format.status().message(),
                                          DidYouMean(options.format, names)));
}

absl::Status CheckLevel(const Options& options, const PackFormat& format) {
  if (!options.level.has_value()) return absl::OkStatus();
  if (format.max_level == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--level: ", format.name,
                     " is not compressed (-f tar.gz and -f tar.zst are)"));
  }
  if (*options.level < 1 || *options.level > format.max_level) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--level: ", *options.level, " is not in 1 (fast) to ",
        format.max_level, " (small), the levels of ", format.name));
  }
  return absl::OkStatus();
}

absl::StatusOr<Keep> FindKeep(const Options& options) {
  if (options.keep == "slim") return Keep::kSlim;
  if (options.keep == "full") return Keep::kFull;
  if (options.keep != "traced") {
    return absl::InvalidArgumentError(absl::StrCat(
        "--keep: '", options.keep, "' is neither slim nor full nor traced"));
  }
  if (options.trace.empty()) {
    return absl::InvalidArgumentError(
        "--keep: nothing is traced (--trace -- CMD... says what)");
  }
  return Keep::kTraced;
}

// What is wrong with the command line by itself.
absl::Status CheckUsage(const Options& options) {
  if (options.plan.sources.empty()) {
    return absl::InvalidArgumentError(
        "which programs or store items? (relocatable pack [OPTION...] "
        "SOURCE...)");
  }
  RELOC_RETURN_IF_ERROR(FindKeep(options).status());
  RELOC_ASSIGN_OR_RETURN(const PackFormat* format, ChooseFormat(options));
  RELOC_RETURN_IF_ERROR(CheckOutput(*format, options.output));
  return CheckLevel(options, *format);
}

absl::string_view Environment(const char* name, absl::string_view otherwise) {
  const char* const value = getenv(name);
  return value == nullptr ? otherwise : value;
}

absl::StatusOr<Plan> PlanHost(const Options& options) {
  if (!options.plan.names.empty()) {
    return absl::InvalidArgumentError(
        "-S is for store items: programs of this machine are called as they "
        "are");
  }
  // A pack on standard output is not to be mixed with what the command says.
  RELOC_ASSIGN_OR_RETURN(
      TracedRun run,
      RunTraced(options.trace,
                options.output == "-" ? STDERR_FILENO : STDOUT_FILENO));
  RELOC_ASSIGN_OR_RETURN(
      Plan plan,
      PlanHostPack({.sources = options.plan.sources,
                    .path = std::string(Environment("PATH", "/usr/bin:/bin")),
                    .entry_point = options.plan.entry_point,
                    .include = options.include,
                    .exclude = options.plan.exclude,
                    .keep = *FindKeep(options),
                    .traced = std::move(run.files),
                    .home = std::string(Environment("HOME", "")),
                    .twins = options.plan.twins,
                    .tool = options.plan.tool}));
  if (!run.note.empty()) {
    plan.notes.insert(plan.notes.begin(), std::move(run.note));
  }
  return plan;
}

absl::StatusOr<Plan> PlanStore(const Options& options) {
  if (!options.trace.empty()) {
    return absl::InvalidArgumentError(
        "--trace is for programs of this machine: store items say themselves "
        "what they need");
  }
  return PlanStorePack(options.plan);
}

// By what the user names: items of a store, or programs of this machine. Who
// says where a store's references are to be found means a store.
absl::StatusOr<Plan> MakePlan(const Options& options) {
  if (options.plan.scan || !options.plan.store_db.empty()) {
    return PlanStore(options);
  }
  const GuestRoot root;
  std::string item, other;
  for (const std::string& source : options.plan.sources) {
    (MeansStoreItem(root, source) ? item : other) = source;
  }
  if (other.empty()) return PlanStore(options);
  if (item.empty()) return PlanHost(options);
  return absl::InvalidArgumentError(
      absl::StrCat("'", item, "' is of a store and '", other,
                   "' of this machine (pack them apart)"));
}

// --dry-run: the items or packages, the largest first, and the names.
void PrintPlan(const Plan& plan, const PackFormat& format,
               const std::string& output) {
  std::vector<std::pair<uint64_t, absl::string_view>> parts;
  for (const PlanItem& item : plan.items) {
    parts.emplace_back(item.nar_size, item.path);
  }
  for (const PlanPackage& package : plan.packages) {
    parts.emplace_back(package.size, package.name);
  }
  absl::PrintF("%s: a %s of %d %s, %s\n", output, format.name, parts.size(),
               plan.origin == Origin::kStore ? "items" : "packages",
               HumanBytes(plan.bytes));
  std::stable_sort(
      parts.begin(), parts.end(),
      [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [size, name] : parts) {
    absl::PrintF("%12s  %s\n", HumanBytes(size), name);
  }
  for (const PlanName& name : plan.names) {
    absl::PrintF("%s starts %s\n", name.name, name.target);
  }
}

int Write(const Plan& plan, const PackFormat& format, const Options& options,
          const std::string& output, int64_t time) {
  std::optional<Progress> progress;
  WriteOptions write = {.time = time};
  if (!options.quiet && CanShowProgress(STDERR_FILENO, getenv("TERM"))) {
    progress.emplace(STDERR_FILENO, "packing", plan.bytes);
    write.progress = [&progress](uint64_t bytes) { progress->Add(bytes); };
  }
  int caught = 0;
  absl::Status status;
  {
    const CatchInterrupts guard;
    status = WritePack(plan, format, options.level.value_or(0), output, write);
    caught = CaughtInterrupt();
  }
  progress.reset();
  if (status.ok()) return 0;
  // Nothing is left: now die of the signal, as the caller expects.
  if (caught != 0) raise(caught);
  return Failure(status);
}

int Run(Options& options) {
  absl::Status status = TakeCommand(options.trace);
  if (options.plan.sources.empty() && !options.trace.empty()) {
    options.plan.sources = {options.trace[0]};
  }
  if (status.ok()) status = CheckUsage(options);
  if (!status.ok()) {
    return Usage(status.message());
  }
  const PackFormat& format = **ChooseFormat(options);
  const absl::StatusOr<std::optional<int64_t>> date =
      ParseSourceDate(getenv("SOURCE_DATE_EPOCH"));
  if (!date.ok()) return Failure(date.status());
  const absl::StatusOr<Plan> plan = MakePlan(options);
  if (!plan.ok()) return Failure(plan.status());
  if (!options.quiet) {
    for (const std::string& note : plan->notes) PrintError(kName, note);
  }
  const std::string output = options.output.empty()
                                 ? absl::StrCat(PackName(*plan), format.suffix)
                                 : options.output;
  if (options.dry_run) {
    PrintPlan(*plan, format, output);
    return 0;
  }
  return Write(*plan, format, options, output, date->value_or(kStoreTime));
}

void DeclareOutput(CLI::App& app, Options& options) {
  app.add_option("-o,--output", options.output,
                 "Directory or archive to make (default: NAME-pack); - is "
                 "standard output")
      ->type_name("OUT");
  app.add_option("-f,--format", options.format,
                 "tree, tar, tar.gz or tar.zst (default: as OUT's name says; "
                 "else tree)")
      ->type_name("FORMAT");
  app.add_option("--level", options.level,
                 "Compression: 1 (fast) to 9 of tar.gz (default 6), to 19 of "
                 "tar.zst (3)")
      ->type_name("N");
  app.add_flag("-n,--dry-run", options.dry_run,
               "Say what would be packed, and write nothing");
  app.add_flag("-q,--quiet", options.quiet, "No progress bar, no notes");
}

void DeclareContent(CLI::App& app, Options& options) {
  StorePlanOptions& plan = options.plan;
  app.add_option("--keep", options.keep,
                 "Of programs of this machine: slim, without documentation and "
                 "translations (default), full, or traced, only what --trace "
                 "sees")
      ->type_name("HOW");
  app.add_option("--trace", options.trace,
                 "Run CMD once, which is all that follows, and add each file "
                 "that it uses")
      ->type_name("-- CMD")
      ->allow_extra_args(false);
  app.add_option("--include", options.include,
                 "Of programs of this machine: add the files at GLOB too")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app.add_option("-S,--symlink", plan.names,
                 "Offer what is at TARGET of a source as NAME of the pack "
                 "(default: bin=bin)")
      ->type_name("NAME=TARGET")
      ->allow_extra_args(false);
  app.add_option("--entry-point", plan.entry_point,
                 "Program that 'relocatable run PACK' starts")
      ->type_name("PROG");
  app.add_option("--store-db", plan.store_db,
                 "Database of the store (default: where Guix and Nix have it)")
      ->type_name("FILE");
  app.add_flag("--scan", plan.scan,
               "Find references by reading files, not in the database");
  app.add_flag("!--no-twins", plan.twins,
               "Leave out the patched code by which programs run faster under "
               "the engine inprocess");
  app.add_option("--exclude", plan.exclude,
                 "Leave out items and files that match GLOB")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app.add_option("SOURCE", plan.sources,
                 "Programs of this machine (git, ./tool, deb:git), or store "
                 "items and links to them, such as a profile");
}

std::function<int()> Declare(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  options->plan.tool = {OwnBinary(), absl::StrCat("relocatable ", kVersion)};
  DeclareOutput(app, *options);
  DeclareContent(app, *options);
  return [options] { return Run(*options); };
}

}  // namespace

const Command kPackCommand = {
    kName,
    "make a pack of programs, or of store items, with all they need",
    "relocatable pack -o git-pack git",
    kExitUsage,
    Declare,
    "--trace",
};

}  // namespace relocatable
