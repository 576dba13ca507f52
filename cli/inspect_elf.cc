#include "cli/inspect_elf.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/types/optional.h"
#include "base/status_macros.h"
#include "elf/cpu.h"
#include "elf/loader_command.h"
#include "elf/machine.h"
#include "nlohmann/json.hpp"

namespace relocatable {
namespace {

// What a library is looked at with, which names no interpreter itself.
constexpr char kHostLoader[] = "/lib64/ld-linux-x86-64.so.2";

constexpr size_t kFirstLibrary = 2;

const char* FamilyName(const Loader& loader) {
  return loader.family == LoaderFamily::kMusl ? "musl" : "glibc";
}

std::string LoaderWords(const Closure& c) {
  if (!c.loader.has_value()) return c.loader_problem;
  std::string words = absl::StrCat(c.loader_path, " (", FamilyName(*c.loader));
  if (c.loader->version.has_value()) {
    absl::StrAppend(&words, " ", c.loader->version->ToString());
  }
  return words + ")";
}

std::string FloorWords(const Closure& c) {
  std::vector<std::string> words;
  if (const auto glibc = c.glibc_floor(); glibc.has_value()) {
    words.push_back("glibc " + glibc->ToString());
  }
  if (const auto kernel = c.kernel_floor(); kernel.has_value()) {
    words.push_back("Linux " + kernel->ToString());
  }
  if (c.x86_level() > 0) words.push_back(X86LevelName(c.x86_level()));
  return absl::StrJoin(words, ", ");
}

// Name, place and rule of each library, and of what is missing.
struct Row {
  std::string name, what;
};

std::vector<Row> LibraryRows(const Closure& c) {
  std::vector<Row> rows;
  std::vector<bool> done(c.objects.size());
  for (const Requirement& r : c.requirements) {
    if (r.missing()) {
      rows.push_back({r.name, absl::StrCat(r.problem, " (needed by ",
                                           c.objects[r.by].found.path, ")")});
    } else if (r.object >= static_cast<int>(kFirstLibrary) && !done[r.object]) {
      done[r.object] = true;
      const Found& found = c.objects[r.object].found;
      rows.push_back(
          {r.name, absl::StrCat(found.path, " (", FoundWords(found), ")")});
    }
  }
  return rows;
}

template <typename T>
nlohmann::json OrNull(const absl::optional<T>& version) {
  if (!version.has_value()) return nullptr;
  return version->ToString();
}

nlohmann::json TextOrNull(const std::string& text) {
  if (text.empty()) return nullptr;
  return text;
}

nlohmann::json LoaderJson(const Closure& c) {
  if (c.loader_path.empty()) return nullptr;
  nlohmann::json loader = {{"path", c.loader_path},
                           {"family", nullptr},
                           {"version", nullptr},
                           {"problem", TextOrNull(c.loader_problem)}};
  if (c.loader.has_value()) {
    loader["family"] = FamilyName(*c.loader);
    loader["version"] = OrNull(c.loader->version);
  }
  return loader;
}

nlohmann::json NeededJson(const Closure& c, const Requirement& r) {
  nlohmann::json needed = {{"name", r.name},
                           {"by", c.objects[r.by].found.path},
                           {"optional", r.kind == Dependency::Kind::kAuxiliary},
                           {"path", nullptr},
                           {"rule", nullptr},
                           {"source", nullptr},
                           {"subfolder", nullptr},
                           {"problem", TextOrNull(r.problem)}};
  if (r.object < 0) return needed;
  const Found& found = c.objects[r.object].found;
  needed["path"] = found.path;
  needed["rule"] = std::string(SearchRuleName(found.rule));
  needed["source"] = TextOrNull(found.source);
  needed["subfolder"] = TextOrNull(found.subfolder);
  return needed;
}

}  // namespace

absl::StatusOr<Closure> InspectElf(const FileTree& tree,
                                   const std::string& path,
                                   const std::string& library_path) {
  ClosureSettings settings;
  settings.search.library_path = library_path;
  RELOC_ASSIGN_OR_RETURN(Closure closure, ComputeClosure(tree, path, settings));
  const ElfFile& elf = *closure.objects[0].elf;
  if (elf.kind != ElfKind::kSharedLibrary || !IsHostMachine(elf.header) ||
      !tree.Stat(kHostLoader).ok()) {
    return closure;
  }
  settings.loader_path = kHostLoader;
  return ComputeClosure(tree, path, settings);
}

std::string ElfKindName(ElfKind kind) {
  switch (kind) {
    case ElfKind::kDynamic:
      return "dynamic";
    case ElfKind::kStatic:
      return "static";
    case ElfKind::kStaticPie:
      return "static-pie";
    case ElfKind::kSharedLibrary:
      return "library";
    case ElfKind::kOther:
      break;
  }
  return "other";
}

std::string ElfSummaryText(const Closure& c) {
  const ElfFile& elf = *c.objects[0].elf;
  std::string text = absl::StrFormat(
      "%s: %s for %s%s\n", c.objects[0].found.path,
      std::string(ElfKindWords(elf.kind)), MachineName(elf.header),
      elf.go.is_go
          ? absl::StrCat(", made by ",
                         elf.go.version.empty() ? "Go" : elf.go.version)
          : "");
  const auto line = [&text](absl::string_view name, const std::string& value) {
    if (value.empty()) return;
    absl::StrAppendFormat(&text, "  %-13s%s\n", std::string(name), value);
  };
  if (!c.loader_path.empty()) line("interpreter", LoaderWords(c));
  line("at least", FloorWords(c));
  return text;
}

std::string ElfReportText(const Closure& c) {
  std::string text = ElfSummaryText(c);
  const std::vector<Row> rows = LibraryRows(c);
  size_t width = 0;
  for (const Row& row : rows) width = std::max(width, row.name.size());
  if (!rows.empty()) absl::StrAppend(&text, "  libraries\n");
  for (const Row& row : rows) {
    absl::StrAppendFormat(&text, "    %-*s  %s\n", static_cast<int>(width),
                          row.name, row.what);
  }
  return text;
}

std::string ElfReportJson(const Closure& c) {
  const ElfFile& elf = *c.objects[0].elf;
  nlohmann::json report = {
      {"format", 1},
      {"path", c.objects[0].found.path},
      {"kind", ElfKindName(elf.kind)},
      {"machine", MachineName(elf.header)},
      {"bits", elf.header.is_64 ? 64 : 32},
      {"byte_order", elf.header.order == ByteOrder::kBig ? "big" : "little"},
      {"build_id", TextOrNull(elf.notes.build_id)},
      {"go", nullptr},
      {"interpreter", LoaderJson(c)},
      {"complete", c.complete()},
      {"floor",
       {{"glibc", OrNull(c.glibc_floor())},
        {"kernel", OrNull(c.kernel_floor())},
        {"cpu",
         TextOrNull(c.x86_level() > 0 ? X86LevelName(c.x86_level()) : "")}}},
      {"needed", nlohmann::json::array()}};
  if (elf.go.is_go) report["go"] = elf.go.version;
  for (const Requirement& r : c.requirements) {
    report["needed"].push_back(NeededJson(c, r));
  }
  // Names in files need not be UTF-8: what is not becomes U+FFFD.
  return report.dump(2, ' ', /*ensure_ascii=*/false,
                     nlohmann::json::error_handler_t::replace) +
         "\n";
}

std::string ScriptLines(const ScriptChain& scripts) {
  std::string text;
  for (const ScriptStep& step : scripts.scripts) {
    absl::StrAppendFormat(
        &text, "%s: script\n  %-13s%s%s\n", step.path, "interpreter",
        step.interpreter,
        step.argument.has_value() ? absl::StrCat(" ", *step.argument) : "");
  }
  return text;
}

std::string ScriptReportJson(const ScriptChain& scripts, const Closure& c) {
  nlohmann::json report = {
      {"format", 1},
      {"path", scripts.scripts[0].path},
      {"kind", "script"},
      {"scripts", nlohmann::json::array()},
      {"program", nlohmann::json::parse(ElfReportJson(c))}};
  for (const ScriptStep& step : scripts.scripts) {
    nlohmann::json row = {{"path", step.path},
                          {"interpreter", step.interpreter},
                          {"argument", nullptr}};
    if (step.argument.has_value()) row["argument"] = *step.argument;
    report["scripts"].push_back(std::move(row));
  }
  return report.dump(2, ' ', /*ensure_ascii=*/false,
                     nlohmann::json::error_handler_t::replace) +
         "\n";
}

absl::StatusOr<std::string> ElfCommandLine(const FileTree& tree,
                                           const Closure& closure,
                                           const ElfCommandOptions& options) {
  const HostTree host;
  CommandRequest request{.name = closure.objects[0].found.path,
                         .library_path = options.library_path};
  if (!options.scripts.scripts.empty()) {
    request.name = options.scripts.scripts.back().interpreter;
    request.args = options.scripts.Arguments();
    // ld.so's program would not know the script by its guest path.
    RELOC_ASSIGN_OR_RETURN(request.args.back(),
                           tree.HostPath(request.args.back()));
  }
  RELOC_ASSIGN_OR_RETURN(const LoaderCommand command,
                         PlainCommand(tree, host, closure, request));
  return ShellLine(command);
}

}  // namespace relocatable
