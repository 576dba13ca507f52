#include "pack/host/traced_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "pack/host/link_hops.h"
#include "pack/host/private_files.h"
#include "pack/plan.h"

namespace relocatable {

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
  const bool whole = traced.found && hops.ok();
  for (const std::string& link :
       whole ? hops->links : LinksTowards(root_, traced.path)) {
    RELOC_RETURN_IF_ERROR(AddHop(link, traced.executed));
  }
  return whole ? AddHop(hops->end, traced.executed) : absl::OkStatus();
}

absl::Status TracedFiles::AddHop(const std::string& hop, bool executed) {
  if (IsTheMachines(hop)) return absl::OkStatus();
  // Executed, its libraries may still be missing.
  if (!executed && files_.Contains(hop)) return absl::OkStatus();
  struct stat st;
  if (!root_.Lstat(hop, st).ok()) return absl::OkStatus();
  const bool is_directory = S_ISDIR(st.st_mode);
  uint32_t owner = kNoPackage;
  if (database_ != nullptr && !is_directory) {
    RELOC_ASSIGN_OR_RETURN(owner, database_->OwnerOf(hop));
  }
  const absl::string_view why =
      files_.Contains(hop) ? ""
                           : WhyPrivate(root_, hop, home_, owner != kNoPackage);
  if (!why.empty()) {
    if (!is_directory) refused_[why].push_back(hop);
    return absl::OkStatus();
  }
  // Many packages have one directory.
  if (is_directory) return files_.AddResolved(hop, kNobody, "").status();
  return closure_.AddUsed(hop, executed);
}

std::vector<std::string> TracedFiles::notes() const {
  constexpr size_t kMostToName = 4;
  std::vector<std::string> notes;
  for (const auto& [why, files] : refused_) {
    const size_t named = std::min(files.size(), kMostToName);
    std::string note = absl::StrCat(
        "left out, though used by the traced command, as ", why, ": ",
        absl::StrJoin(files.begin(), files.begin() + named, ", "));
    if (files.size() > named) {
      absl::StrAppend(&note, " and ", files.size() - named, " more");
    }
    notes.push_back(absl::StrCat(note, " (--include packs what it names)"));
  }
  return notes;
}

}  // namespace relocatable
