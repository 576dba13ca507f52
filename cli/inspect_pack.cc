#include "cli/inspect_pack.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "cli/human.h"
#include "cli/pack_programs.h"
#include "elf/cpu.h"
#include "engines/all.h"
#include "engines/view/view.h"
#include "pack/manifest.h"
#include "pack/read_pack.h"
#include "pack/twins.h"
#include "pack/verify.h"
#include "pack/why.h"

namespace relocatable {
namespace {

using Json = nlohmann::ordered_json;

struct Difference {
  std::string path, what;
};

std::vector<Difference> DifferencesOf(const std::string& dir,
                                      const Manifest& manifest) {
  std::vector<Difference> differences;
  VerifyPack(dir, manifest,
             [&](absl::string_view path, absl::string_view what) {
               differences.push_back({std::string(path), std::string(what)});
             });
  return differences;
}

// A twin, and what became of its original's system call sites.
struct TwinReport {
  TwinOfPack twin;
  std::map<std::string, uint64_t> sites;
};

// The host path of a guest path of the payload.
std::string HostPath(const std::string& dir, const Manifest& manifest,
                     const std::string& guest) {
  for (const PlanMount& mount : manifest.mounts) {
    if (absl::StartsWith(guest, mount.guest + "/")) {
      return absl::StrCat(dir, "/", mount.host,
                          guest.substr(mount.guest.size()));
    }
  }
  return "";
}

std::vector<TwinReport> ReportTwins(const std::string& dir,
                                    const Manifest& manifest,
                                    const PackLaunch& launch) {
  std::vector<TwinReport> reports;
  for (const TwinOfPack& twin : launch.twins) {
    reports.push_back({twin, CountSites(HostPath(dir, manifest, twin.guest))});
  }
  return reports;
}

uint64_t PayloadSize(const Manifest& manifest) {
  uint64_t size = 0;
  for (const PlanItem& item : manifest.items) size += item.nar_size;
  std::set<Sha256Digest> seen;  // equal files are hard links of one
  for (const PlanFile& file : manifest.payload) {
    if (seen.insert(file.sha256).second) size += file.size;
  }
  return size;
}

// ---- text ----

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

// What stands in a tree: each below the one that brought it in, so that the
// lines above and left of it are the chain by which it is in the pack.
struct TreeNode {
  uint64_t size = 0;
  std::string words;
  uint32_t by = kNobody;  // a place among the nodes
  std::vector<std::string> missing;
};

std::string Indent(int depth) {
  constexpr int kMost = 40;
  return std::string(2 * std::min(depth, kMost), ' ');
}

// A list of what is to be printed, and no recursion: the manifest may be
// anybody's, and a chain as long as it likes.
void AppendTree(const std::vector<TreeNode>& nodes, std::string& out) {
  std::vector<std::vector<uint32_t>> below(nodes.size());
  std::vector<std::pair<uint32_t, int>> todo;  // node, depth
  for (uint32_t i = nodes.size(); i-- > 0;) {
    if (nodes[i].by == kNobody) {
      todo.push_back({i, 0});
    } else {
      below[nodes[i].by].push_back(i);
    }
  }
  while (!todo.empty()) {
    const auto [i, depth] = todo.back();
    todo.pop_back();
    absl::StrAppendFormat(&out, "  %10s  %s%s\n", HumanBytes(nodes[i].size),
                          Indent(depth), nodes[i].words);
    for (const std::string& missing : nodes[i].missing) {
      absl::StrAppendFormat(&out, "  %10s  %s%s (left out)\n", "-",
                            Indent(depth + 1), missing);
    }
    for (uint32_t next : below[i]) todo.push_back({next, depth + 1});
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

// ---- text: packs of a host ----

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

void AppendTwins(const std::vector<TwinReport>& twins, std::string& out) {
  if (twins.empty()) return;
  AppendSection(out, absl::StrCat("twins (", twins.size(), ")"));
  for (const TwinReport& report : twins) {
    std::string guest = report.twin.guest;
    MakePrintable(guest);
    absl::StrAppendFormat(&out, "  %10s  %s\n", HumanBytes(report.twin.size),
                          guest);
    for (const auto& [words, count] : report.sites) {
      absl::StrAppendFormat(&out, "  %10s  %6d %s\n", "", count, words);
    }
  }
}

std::string TextOf(const std::string& dir, const Manifest& manifest,
                   const std::vector<PackProgram>& programs,
                   const std::vector<TwinReport>& twins,
                   const InspectPackOptions& options) {
  std::string out = absl::StrCat(dir, ": a pack, made by ", manifest.tool,
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
  AppendProblems(programs, out);
  if (const std::string floor = FloorWords(programs); !floor.empty()) {
    AppendSection(out, "at least");
    absl::StrAppend(&out, "  ", floor, "\n");
  }
  AppendEngines(programs, out);
  if (manifest.origin == Origin::kHost) {
    AppendPackages(manifest, options.tree, out);
    return out;
  }
  AppendSection(out, absl::StrCat("items (", manifest.items.size(), ", ",
                                  HumanBytes(PayloadSize(manifest)), ")"));
  if (options.tree) {
    AppendTree(ItemNodes(manifest), out);
  } else {
    AppendItemsBySize(manifest, out);
  }
  AppendTwins(twins, out);
  return out;
}

void AppendDifferences(const std::vector<Difference>& differences,
                       const Manifest& manifest, std::string& out) {
  if (differences.empty()) {
    AppendSection(out, "verified");
    const size_t files = manifest.files.size() + manifest.payload.size();
    absl::StrAppend(&out, "  ", manifest.items.size(), " items and ", files,
                    " files are as they were packed\n");
    return;
  }
  AppendSection(out, absl::StrCat("differences (", differences.size(), ")"));
  for (const Difference& d : differences) {
    std::string line = absl::StrCat(d.path, " ", d.what);
    MakePrintable(line);
    absl::StrAppend(&out, "  ", line, "\n");
  }
}

// ---- JSON ----

Json FloorJson(const Floor& floor) {
  Json json = {{"kernel", nullptr}, {"cpu", nullptr}};
  if (floor.kernel.has_value()) json["kernel"] = floor.kernel->ToString();
  if (floor.x86_level > 0) json["cpu"] = X86LevelName(floor.x86_level);
  return json;
}

Json TextOrNull(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json ProgramJson(const PackProgram& program) {
  Json json = {{"name", program.name},
               {"kind", TextOrNull(program.kind)},
               {"problem", TextOrNull(program.problem)},
               {"floor", FloorJson(FloorOf({program}))},
               {"engines", Json::array()}};
  for (size_t i = 0; i < program.why_not.size(); ++i) {
    json["engines"].push_back(
        {{"name", std::string(AllEngines()[i]->traits().name)},
         {"serves", program.why_not[i].empty()},
         {"why_not", TextOrNull(program.why_not[i])}});
  }
  return json;
}

std::string JsonOf(const std::string& dir, const Manifest& manifest,
                   const std::vector<PackProgram>& programs,
                   const std::vector<TwinReport>& twins,
                   const InspectPackOptions& options,
                   const std::vector<Difference>& differences) {
  Json json = {{"kind", "pack"},
               {"version", 1},
               {"path", dir},
               {"size", PayloadSize(manifest)},
               {"floor", FloorJson(FloorOf(programs))},
               {"programs", Json::array()},
               {"manifest", Json::parse(WriteManifest(manifest))}};
  for (const PackProgram& program : programs) {
    json["programs"].push_back(ProgramJson(program));
  }
  const std::vector<uint32_t> who = WhoNeeds(manifest.items, manifest.sources);
  for (uint32_t i = 0; i < who.size(); ++i) {
    json["manifest"]["items"][i]["neededBy"] =
        who[i] == kNobody ? Json(nullptr) : Json(manifest.items[who[i]].path);
  }
  json["twins"] = Json::array();
  for (const TwinReport& report : twins) {
    json["twins"].push_back({{"path", report.twin.guest},
                             {"file", report.twin.file},
                             {"size", report.twin.size},
                             {"sites", report.sites}});
  }
  if (options.verify) {
    json["differences"] = Json::array();
    for (const Difference& d : differences) {
      json["differences"].push_back({{"path", d.path}, {"what", d.what}});
    }
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

bool LooksLikePack(const std::string& path) {
  return access(absl::StrCat(path, "/launch").c_str(), F_OK) == 0 ||
         access(absl::StrCat(path, "/manifest.json").c_str(), F_OK) == 0;
}

absl::StatusOr<PackReport> InspectPack(const std::string& dir,
                                       const InspectPackOptions& options) {
  RELOC_ASSIGN_OR_RETURN(const Manifest manifest, ReadPackManifest(dir));
  RELOC_ASSIGN_OR_RETURN(const PackLaunch launch, ReadPackLaunch(dir));
  const std::vector<TwinReport> twins = ReportTwins(dir, manifest, launch);
  std::vector<Difference> differences;
  if (options.verify) differences = DifferencesOf(dir, manifest);
  const std::vector<PackProgram> programs = ExaminePackPrograms(dir, manifest);
  PackReport report;
  report.intact = differences.empty();
  if (options.json) {
    report.text = JsonOf(dir, manifest, programs, twins, options, differences);
    return report;
  }
  report.text = TextOf(dir, Printable(manifest), programs, twins, options);
  if (options.verify) AppendDifferences(differences, manifest, report.text);
  return report;
}

}  // namespace relocatable
