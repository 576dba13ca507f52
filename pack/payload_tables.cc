#include "pack/payload_tables.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pack/index_writer.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

// Whether the file may be a program or a library: not every file is opened.
bool MayBeCode(const TreeEntry& file) {
  return (file.st.st_mode & 0111) != 0 || absl::StrContains(file.path, ".so");
}

}  // namespace

absl::StatusOr<PayloadTables> MakePayloadTables(
    const std::vector<PlanMount>& mounts, const std::vector<PayloadItem>& items,
    const Exclude& exclude, bool with_twins) {
  Exclude filter = exclude;
  IndexWriter index;
  for (const PlanMount& mount : mounts) index.AddDirectory(mount.guest);
  std::vector<TwinCandidate> candidates;
  for (const PayloadItem& item : items) {
    RELOC_RETURN_IF_ERROR(WalkTree(
        item.host,
        [&](absl::string_view path) {
          return !filter.MatchesFile(item.guest, path);
        },
        [&](const TreeEntry& file) {
          const std::string guest =
              file.path.empty() ? item.guest
                                : absl::StrCat(item.guest, "/", file.path);
          switch (file.type) {
            case TreeEntry::kDirectory:
              index.AddDirectory(guest);
              break;
            case TreeEntry::kFile:
              index.AddFile(guest);
              if (with_twins && MayBeCode(file)) {
                candidates.push_back({guest, std::string(file.source)});
              }
              break;
            case TreeEntry::kSymlink:
              index.AddLink(guest, file.link);
              break;
            case TreeEntry::kDirectoryEnd:
              break;
          }
          return absl::OkStatus();
        }));
  }
  PayloadTables tables;
  tables.index = index.Finish();
  tables.twins = MakeTwins(std::move(candidates));
  return tables;
}

}  // namespace relocatable
