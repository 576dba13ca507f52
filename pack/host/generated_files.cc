#include "pack/host/generated_files.h"

#include <fnmatch.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "pack/host/alternatives.h"
#include "pack/host/host_rules.h"
#include "pack/host/link_hops.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

absl::Status AddAlternatives(const GuestRoot& root, HostFiles& files) {
  RELOC_ASSIGN_OR_RETURN(const std::vector<Alternative> all,
                         ReadAlternatives(root));
  for (const Alternative& alternative : all) {
    const absl::StatusOr<LinkHops> hops = FollowLinks(root, alternative.link);
    // Manual pages are alternatives too.
    if (!hops.ok() || !files.Contains(hops->end)) continue;
    for (const std::string& link : hops->links) {
      RELOC_RETURN_IF_ERROR(
          files
              .AddResolved(link, kNobody,
                           absl::StrCat("alternative for ", alternative.link))
              .status());
    }
  }
  return absl::OkStatus();
}

// The paths that a glob matches, whose last component alone may have a '*'.
std::vector<std::string> Glob(const GuestRoot& root, absl::string_view glob) {
  const size_t slash = glob.rfind('/');
  const std::string name(glob.substr(slash + 1));
  const absl::string_view folder = glob.substr(0, slash);
  std::vector<std::string> paths;
  const auto names = ListDirectory(root.HostPath(folder));
  if (!names.ok()) return paths;
  for (const std::string& found : *names) {
    if (fnmatch(name.c_str(), found.c_str(), FNM_PERIOD) == 0) {
      paths.push_back(absl::StrCat(folder, "/", found));
    }
  }
  return paths;
}

absl::Status AddWithLinks(const LinkHops& hops, absl::string_view what,
                          HostFiles& files) {
  for (const std::string& link : hops.links) {
    RELOC_RETURN_IF_ERROR(files.AddResolved(link, kNobody, what).status());
  }
  return files.AddResolved(hops.end, kNobody, what).status();
}

absl::Status AddByTable(const GuestRoot& root, HostFiles& files,
                        std::vector<std::string>& left_out) {
  for (const GeneratedFiles& row : Generated()) {
    if (!files.Contains(row.with)) continue;
    for (const std::string& path : Glob(root, row.glob)) {
      const absl::StatusOr<LinkHops> hops = FollowLinks(root, path);
      if (!hops.ok() || access(root.HostPath(hops->end).c_str(), R_OK) != 0) {
        left_out.push_back(path);
        continue;
      }
      RELOC_RETURN_IF_ERROR(AddWithLinks(*hops, row.what, files));
    }
  }
  return absl::OkStatus();
}

// "…/re.py" is compiled to "…/__pycache__/re.cpython-311.pyc".
absl::Status AddCompiledIn(const GuestRoot& root, const std::string& folder,
                           HostFiles& files) {
  const std::string cache = absl::StrCat(folder, "/__pycache__");
  const auto names = ListDirectory(root.HostPath(cache));
  if (!names.ok()) return absl::OkStatus();
  for (const std::string& name : *names) {
    if (!absl::EndsWith(name, ".pyc")) continue;
    const absl::string_view stem =
        absl::string_view(name).substr(0, name.find('.'));
    if (!files.Contains(absl::StrCat(folder, "/", stem, ".py"))) continue;
    RELOC_RETURN_IF_ERROR(files
                              .AddResolved(absl::StrCat(cache, "/", name),
                                           kNobody, "compiled Python")
                              .status());
  }
  return absl::OkStatus();
}

absl::Status AddCompiledPython(const GuestRoot& root, HostFiles& files) {
  std::set<std::string> folders;
  for (const auto& [path, file] : files.files()) {
    if (absl::EndsWith(path, ".py")) {
      folders.insert(file.guest.substr(0, file.guest.rfind('/')));
    }
  }
  for (const std::string& folder : folders) {
    RELOC_RETURN_IF_ERROR(AddCompiledIn(root, folder, files));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddGeneratedFiles(const GuestRoot& root, HostFiles& files,
                               std::vector<std::string>& notes) {
  RELOC_RETURN_IF_ERROR(AddAlternatives(root, files));
  std::vector<std::string> left_out;
  RELOC_RETURN_IF_ERROR(AddByTable(root, files, left_out));
  if (!left_out.empty()) {
    notes.push_back(
        absl::StrCat("left out, as they lead to nothing that you may read: ",
                     absl::StrJoin(left_out, ", ")));
  }
  return AddCompiledPython(root, files);
}

}  // namespace relocatable
