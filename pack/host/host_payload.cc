#include "pack/host/host_payload.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "pack/host/file_digests.h"
#include "pack/host/merged_usr.h"
#include "pack/index_writer.h"
#include "pack/twins.h"

namespace relocatable {
namespace {

void ListFiles(const HostFiles& files, Plan& plan) {
  for (const auto& [path, file] : files.files()) {
    if (file.kind == HostFile::kDirectory) continue;
    plan.payload.push_back({.path = path,
                            .package = file.package,
                            .why = file.why,
                            .link = file.link,
                            .size = file.size});
  }
}

void CountBytes(const PlanFile& file, Plan& plan) {
  plan.bytes += file.size;
  if (file.package != kNobody) {
    plan.packages[file.package].size += file.size;
  }
}

// Equal files are one, with hard links. (git has 8 MB of them; whether they
// are hard links on the machine depends on how it was installed.)
void AddNodes(const GuestRoot& root, const HostFiles& files, Plan& plan) {
  std::map<std::tuple<Sha256Digest, uint32_t, int64_t>, std::string> first;
  for (const PlanFile& packed : plan.payload) {
    const HostFile& file = files.files().find(packed.path)->second;
    PlanNode node{.path = absl::StrCat(kPayloadDir, packed.path),
                  .kind = PlanNode::kFile,
                  .mode = file.mode,
                  .source = root.HostPath(file.guest),
                  .time = file.time};
    if (file.kind == HostFile::kSymlink) {
      node.kind = PlanNode::kSymlink;
      node.text = file.link;
    } else {
      const auto [place, is_new] = first.emplace(
          std::tuple(packed.sha256, file.mode, file.time), node.path);
      if (!is_new && packed.size > 0) {
        node.kind = PlanNode::kHardLink;
        node.text = place->second;
      } else {
        CountBytes(packed, plan);
      }
    }
    plan.nodes.push_back(std::move(node));
  }
}

void AddDirectoriesOf(const std::string& path,
                      std::set<std::string>& directories) {
  for (size_t slash = path.rfind('/'); slash != std::string::npos;
       slash = path.rfind('/', slash - 1)) {
    if (!directories.insert(path.substr(0, slash)).second) return;
  }
}

// root/lib -> usr/lib
void AddMergedLinks(const std::set<std::string>& directories, Plan& plan) {
  const std::string usr = absl::StrCat(kPayloadDir, "/usr/");
  for (const std::string& directory : directories) {
    if (!absl::StartsWith(directory, usr)) continue;
    const std::string name = directory.substr(usr.size());
    if (!IsMergedDirectory(name)) continue;
    plan.nodes.push_back({.path = absl::StrCat(kPayloadDir, "/", name),
                          .kind = PlanNode::kSymlink,
                          .text = absl::StrCat("usr/", name)});
  }
}

void AddDirectories(const HostFiles& files, Plan& plan) {
  std::set<std::string> directories = {std::string(kPayloadDir)};
  for (const auto& [path, file] : files.files()) {
    std::string inside = absl::StrCat(kPayloadDir, path);
    AddDirectoriesOf(inside, directories);
    if (file.kind == HostFile::kDirectory) {
      directories.insert(std::move(inside));
    }
  }
  for (const std::string& directory : directories) {
    plan.nodes.push_back({.path = directory});
  }
  AddMergedLinks(directories, plan);
}

}  // namespace

absl::Status AddPayload(const GuestRoot& root, const HostFiles& files,
                        Plan& plan) {
  ListFiles(files, plan);
  RELOC_RETURN_IF_ERROR(DigestFiles(root, files, plan.payload));
  AddNodes(root, files, plan);
  AddDirectories(files, plan);
  return absl::OkStatus();
}

PayloadTables TablesOf(const Plan& plan, bool twins) {
  IndexWriter index;
  std::vector<TwinCandidate> code;
  for (const PlanNode& node : plan.nodes) {
    absl::string_view guest = node.path;
    if (!absl::ConsumePrefix(&guest, kPayloadDir)) continue;
    if (node.kind == PlanNode::kDirectory) {
      index.AddDirectory(guest);
    } else if (node.kind == PlanNode::kSymlink) {
      index.AddLink(guest, node.text);
    } else {
      index.AddFile(guest);
      if ((node.mode & 0111) != 0 || absl::StrContains(guest, ".so")) {
        code.push_back({std::string(guest), node.source,
                        static_cast<uint32_t>(node.time.value_or(0))});
      }
    }
  }
  return {index.Finish(),
          twins ? MakeTwins(std::move(code)) : std::vector<PackTwin>()};
}

}  // namespace relocatable
