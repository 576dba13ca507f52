#include "pack/host/include_files.h"

#include <fnmatch.h>
#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "pack/host/link_hops.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

// The paths that exist below the root, component by component.
std::vector<std::string> Match(const GuestRoot& root, absl::string_view glob) {
  std::vector<std::string> paths = {""};
  for (absl::string_view part : absl::StrSplit(glob, '/', absl::SkipEmpty())) {
    std::vector<std::string> longer;
    for (const std::string& path : paths) {
      const auto directory = root.Resolve(absl::StrCat(path, "/"));
      if (!directory.ok()) continue;
      const auto names = ListDirectory(root.HostPath(*directory));
      if (!names.ok()) continue;
      for (const std::string& name : *names) {
        if (fnmatch(std::string(part).c_str(), name.c_str(), FNM_PERIOD) == 0) {
          longer.push_back(absl::StrCat(path, "/", name));
        }
      }
    }
    paths = std::move(longer);
  }
  return paths;
}

absl::Status AddBelow(const GuestRoot& root, const std::string& path,
                      HostFiles& files) {
  RELOC_ASSIGN_OR_RETURN(const LinkHops hops, FollowLinks(root, path));
  for (const std::string& link : hops.links) {
    RELOC_RETURN_IF_ERROR(
        files.AddResolved(link, kNobody, "--include").status());
  }
  return WalkTree(
      root.HostPath(hops.end), [](absl::string_view) { return true; },
      [&](const TreeEntry& entry) -> absl::Status {
        if (entry.type == TreeEntry::kDirectoryEnd) return absl::OkStatus();
        std::string guest = hops.end;
        if (!entry.path.empty()) absl::StrAppend(&guest, "/", entry.path);
        return files.AddResolved(std::move(guest), kNobody, "--include")
            .status();
      });
}

}  // namespace

absl::Status IncludeFiles(const GuestRoot& root, absl::string_view glob,
                          HostFiles& files) {
  if (!absl::StartsWith(glob, "/")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--include '", glob, "': is no absolute path"));
  }
  const std::vector<std::string> paths = Match(root, glob);
  if (paths.empty() || paths[0].empty()) {
    return absl::NotFoundError(
        absl::StrCat("--include '", glob, "': matches nothing"));
  }
  for (const std::string& path : paths) {
    RELOC_RETURN_IF_ERROR(AddBelow(root, path, files));
  }
  return absl::OkStatus();
}

}  // namespace relocatable
