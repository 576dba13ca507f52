#include "cli/pack_text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/human.h"
#include "cli/pack_tree.h"
#include "elf/cpu.h"
#include "engines/all.h"
#include "engines/view/view.h"
#include "pack/why.h"

namespace relocatable {
namespace {

// A manifest may come from a stranger: what a terminal would obey is not
// printed.
void MakePrintable(std::string& text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
}

Manifest Printable(Manifest m) {
  MakePrintable(m.tool);
  MakePrintable(m.machine);
  MakePrintable(m.entry_point);
  for (std::string& source : m.sources) MakePrintable(source);
  for (std::string& glob : m.excluded) MakePrintable(glob);
  for (PlanMount& mount : m.mounts) {
    MakePrintable(mount.guest);
    MakePrintable(mount.host);
  }
  for (PlanName& name : m.names) {
    MakePrintable(name.name);
    MakePrintable(name.target);
  }
  for (PlanItem& item : m.items) {
    for (std::string& missing : item.missing) MakePrintable(missing);
  }
  for (PlanPackage& package : m.packages) {
    MakePrintable(package.name);
    MakePrintable(package.version);
    MakePrintable(package.why);
    for (std::string& licence : package.licences) MakePrintable(licence);
  }
  for (PlanFile& file : m.payload) {
    MakePrintable(file.path);
    MakePrintable(file.why);
  }
  return m;
}

void AppendSection(std::string& out, absl::string_view title) {
  absl::StrAppend(&out, "\n", title, "\n");
}

std::string ItemLine(const PlanItem& item) {
  std::string line = item.path;
  if (item.trimmed) absl::StrAppend(&line, " (files left out)");
  return line;
}

void AppendNames(const Manifest& manifest, std::string& out) {
  size_t width = 0;
  for (const PlanName& name : manifest.names) {
    width = std::max(width, name.name.size());
  }
  AppendSection(out, absl::StrCat("programs (", manifest.names.size(), ")"));
  for (const PlanName& name : manifest.names) {
    absl::StrAppendFormat(
        &out, "  %-*s  %s%s\n", static_cast<int>(width), name.name, name.target,
        name.name == manifest.entry_point ? " (the pack's entry point)" : "");
  }
}

// The oldest kernel and processor that all programs together ask for.
std::string FloorWords(const std::vector<PackProgram>& programs) {
  const Floor floor = FloorOf(programs);
  std::vector<std::string> words;
  if (floor.kernel.has_value()) {
    words.push_back("Linux " + floor.kernel->ToString());
  }
  if (floor.x86_level > 0) words.push_back(X86LevelName(floor.x86_level));
  return absl::StrJoin(words, ", ");
}

// Each engine, and the programs that it cannot serve.
void AppendEngines(const std::vector<PackProgram>& programs, std::string& out) {
  AppendSection(out, "engines");
  for (size_t engine = 0; engine < AllEngines().size(); ++engine) {
    std::string exceptions;
    for (const PackProgram& program : programs) {
      if (program.why_not.empty() || program.why_not[engine].empty()) continue;
      absl::StrAppend(&exceptions, "    not ", program.name, ": ",
                      program.why_not[engine], "\n");
    }
    absl::StrAppend(&out, "  ", AllEngines()[engine]->traits().name, " serves ",
                    exceptions.empty() ? "all programs" : "the others", "\n",
                    exceptions);
  }
}

void AppendProblems(const std::vector<PackProgram>& programs,
                    std::string& out) {
  std::string lines;
  int count = 0;
  for (const PackProgram& program : programs) {
    if (program.problem.empty()) continue;
    ++count;
    std::string line = absl::StrCat(program.name, ": ", program.problem);
    MakePrintable(line);
    absl::StrAppend(&lines, "  ", line, "\n");
  }
  if (count == 0) return;
  AppendSection(out, absl::StrCat("programs that cannot start (", count, ")"));
  out += lines;
}

void AppendItemsBySize(const Manifest& manifest, std::string& out) {
  std::vector<const PlanItem*> items;
  for (const PlanItem& item : manifest.items) items.push_back(&item);
  std::stable_sort(items.begin(), items.end(),
                   [](const PlanItem* a, const PlanItem* b) {
                     return a->nar_size > b->nar_size;
                   });
  for (const PlanItem* item : items) {
    absl::StrAppendFormat(&out, "  %10s  %s\n", HumanBytes(item->nar_size),
                          ItemLine(*item));
  }
}

std::vector<TreeNode> ItemNodes(const Manifest& manifest) {
  const std::vector<uint32_t> who = WhoNeeds(manifest.items, manifest.sources);
  std::vector<TreeNode> nodes;
  for (uint32_t i = 0; i < who.size(); ++i) {
    const PlanItem& item = manifest.items[i];
    nodes.push_back({item.nar_size, ItemLine(item), who[i], item.missing});
  }
  return nodes;
}

void AppendItems(const Manifest& manifest, bool tree, std::string& out) {
  AppendSection(out, absl::StrCat("items (", manifest.items.size(), ", ",
                                  HumanBytes(PayloadSize(manifest)), ")"));
  if (tree) {
    AppendTree(ItemNodes(manifest), out);
  } else {
    AppendItemsBySize(manifest, out);
  }
}

std::string PackageWords(const PlanPackage& package) {
  return absl::StrCat(package.name, " ", package.version, " (", package.why,
                      ")");
}

std::vector<TreeNode> PackageNodes(const Manifest& manifest) {
  std::vector<TreeNode> nodes;
  for (const PlanPackage& package : manifest.packages) {
    nodes.push_back({package.size, PackageWords(package), package.by, {}});
  }
  return nodes;
}

// Files that are in the pack for a reason of their own, by reason. A tree names
// each, where there are not hundreds (certificates).
void AppendOtherFiles(const Manifest& manifest, bool tree, std::string& out) {
  constexpr size_t kMostToName = 50;
  std::map<std::string, std::vector<const PlanFile*>> groups;
  for (const PlanFile& file : manifest.payload) {
    if (!file.why.empty()) groups[file.why].push_back(&file);
  }
  if (groups.empty()) return;
  AppendSection(out, "files for reasons of their own");
  for (const auto& [why, files] : groups) {
    uint64_t size = 0;
    for (const PlanFile* file : files) size += file->size;
    absl::StrAppendFormat(&out, "  %10s  %s (%d)\n", HumanBytes(size), why,
                          files.size());
    if (!tree || files.size() > kMostToName) continue;
    for (const PlanFile* file : files) {
      absl::StrAppendFormat(&out, "  %10s    %s\n", HumanBytes(file->size),
                            file->path);
    }
  }
}

void AppendLicences(const Manifest& manifest, std::string& out) {
  AppendSection(out, "licences, as the copyright files name them");
  for (const PlanPackage& package : manifest.packages) {
    absl::StrAppend(&out, "  ", package.name, ": ",
                    package.licences.empty()
                        ? absl::StrCat("see root/usr/share/doc/", package.name,
                                       "/copyright")
                        : absl::StrJoin(package.licences, ", "),
                    "\n");
  }
}

void AppendPackages(const Manifest& manifest, bool tree, std::string& out) {
  AppendSection(out, absl::StrCat("packages (", manifest.packages.size(), ", ",
                                  manifest.payload.size(), " files, ",
                                  HumanBytes(PayloadSize(manifest)), ")"));
  std::vector<TreeNode> nodes = PackageNodes(manifest);
  if (!tree) {
    for (TreeNode& node : nodes) node.by = kNobody;
    std::stable_sort(
        nodes.begin(), nodes.end(),
        [](const TreeNode& a, const TreeNode& b) { return a.size > b.size; });
  }
  AppendTree(nodes, out);
  AppendOtherFiles(manifest, tree, out);
  if (!tree) AppendLicences(manifest, out);
}

void AppendTwins(const std::vector<TwinFinding>& twins, std::string& out) {
  if (twins.empty()) return;
  AppendSection(out, absl::StrCat("twins (", twins.size(), ")"));
  for (const TwinFinding& finding : twins) {
    std::string guest = finding.twin.guest;
    MakePrintable(guest);
    absl::StrAppendFormat(&out, "  %10s  %s\n", HumanBytes(finding.twin.size),
                          guest);
    for (const auto& [words, count] : finding.sites) {
      absl::StrAppendFormat(&out, "  %10s  %6d %s\n", "", count, words);
    }
  }
}

void AppendDifferences(const std::vector<PackDifference>& differences,
                       const Manifest& manifest, std::string& out) {
  if (differences.empty()) {
    AppendSection(out, "verified");
    const size_t files = manifest.files.size() + manifest.payload.size();
    absl::StrAppend(&out, "  ", manifest.items.size(), " items and ", files,
                    " files are as they were packed\n");
    return;
  }
  AppendSection(out, absl::StrCat("differences (", differences.size(), ")"));
  for (const PackDifference& d : differences) {
    std::string line = absl::StrCat(d.path, " ", d.what);
    MakePrintable(line);
    absl::StrAppend(&out, "  ", line, "\n");
  }
}

}  // namespace

std::string PackText(const PackFindings& findings, bool tree) {
  const Manifest manifest = Printable(findings.manifest);
  std::string out =
      absl::StrCat(findings.directory, ": a pack, made by ", manifest.tool,
                   " for ", manifest.machine, "\n");
  AppendSection(out, "sources");
  for (const std::string& source : manifest.sources) {
    absl::StrAppend(&out, "  ", source, "\n");
  }
  if (!manifest.excluded.empty()) AppendSection(out, "left out");
  for (const std::string& glob : manifest.excluded) {
    absl::StrAppend(&out, "  ", glob, "\n");
  }
  AppendSection(out, "mounts");
  for (const PlanMount& mount : manifest.mounts) {
    absl::StrAppend(&out, "  ", mount.guest, "  from ", mount.host,
                    (mount.flags & kMountReadOnly) != 0 ? ", read-only" : "",
                    "\n");
  }
  AppendNames(manifest, out);
  AppendProblems(findings.programs, out);
  if (const std::string floor = FloorWords(findings.programs); !floor.empty()) {
    AppendSection(out, "at least");
    absl::StrAppend(&out, "  ", floor, "\n");
  }
  AppendEngines(findings.programs, out);
  if (manifest.origin == Origin::kHost) {
    AppendPackages(manifest, tree, out);
  } else {
    AppendItems(manifest, tree, out);
  }
  AppendTwins(findings.twins, out);
  if (findings.verified) AppendDifferences(findings.differences, manifest, out);
  return out;
}

}  // namespace relocatable
