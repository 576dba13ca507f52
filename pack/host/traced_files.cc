#include "pack/host/traced_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "pack/host/link_hops.h"
#include "pack/host/private_files.h"
#include "pack/plan.h"

namespace relocatable {

TracedFiles::TracedFiles(const GuestRoot& root, PackageDatabase* database,
                         absl::string_view home, HostClosure& closure,
                         HostFiles& files)
    : root_(root),
      database_(database),
      home_(home.empty() ? "" : root.Resolve(home).value_or("")),
      closure_(closure),
      files_(files) {}

absl::Status TracedFiles::Add(absl::Span<const TracedFile> traced) {
  // Packages of what was executed first: they have most of the rest.
  for (const bool executed : {true, false}) {
    for (const TracedFile& file : traced) {
      if (file.executed == executed) RELOC_RETURN_IF_ERROR(AddOne(file));
    }
    RELOC_RETURN_IF_ERROR(closure_.Finish());
  }
  return absl::OkStatus();
}

absl::Status TracedFiles::AddOne(const TracedFile& traced) {
  if (IsTheMachines(traced.path)) return absl::OkStatus();
  const absl::StatusOr<LinkHops> hops = FollowLinks(root_, traced.path);
  std::vector<std::string> added = LinksTowards(root_, traced.path);
  if (traced.found && hops.ok()) {
    // Without what it leads to a link would dangle.
    RELOC_ASSIGN_OR_RETURN(const bool refused, Refuse(hops->end));
    if (refused) return absl::OkStatus();
    added.push_back(hops->end);
  }
  for (const std::string& hop : added) {
    RELOC_RETURN_IF_ERROR(AddHop(hop, traced.executed));
  }
  return absl::OkStatus();
}

bool TracedFiles::IsDirectory(const std::string& path) const {
  struct stat st;
  return root_.Lstat(path, st).ok() && S_ISDIR(st.st_mode);
}

absl::StatusOr<bool> TracedFiles::Refuse(const std::string& path) {
  if (IsTheMachines(path)) return true;
  if (files_.Contains(path)) return false;
  const bool is_directory = IsDirectory(path);
  uint32_t owner = kNoPackage;
  if (database_ != nullptr && !is_directory) {
    RELOC_ASSIGN_OR_RETURN(owner, database_->OwnerOf(path));
  }
  const absl::string_view why =
      WhyPrivate(root_, path, home_, owner != kNoPackage);
  if (why.empty()) return false;
  if (!is_directory) refused_[why].insert(path);
  return true;
}

absl::Status TracedFiles::AddHop(const std::string& hop, bool executed) {
  RELOC_ASSIGN_OR_RETURN(const bool refused, Refuse(hop));
  if (refused) return absl::OkStatus();
  // Many packages have one directory.
  if (IsDirectory(hop)) return files_.AddResolved(hop, kNobody, "").status();
  // Of what is executed libraries may still be missing.
  if (!executed && files_.Contains(hop)) return absl::OkStatus();
  return closure_.AddUsed(hop, executed);
}

std::vector<std::string> TracedFiles::notes() const {
  constexpr size_t kMostToName = 4;
  std::vector<std::string> notes;
  for (const auto& [why, files] : refused_) {
    const size_t named = std::min(files.size(), kMostToName);
    std::string note = absl::StrCat(
        "left out, though used by the traced command, as ", why, ": ",
        absl::StrJoin(files.begin(), std::next(files.begin(), named), ", "));
    if (files.size() > named) {
      absl::StrAppend(&note, " and ", files.size() - named, " more");
    }
    notes.push_back(absl::StrCat(note, " (--include packs what it names)"));
  }
  return notes;
}

}  // namespace relocatable
