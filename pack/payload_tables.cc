#include "pack/payload_tables.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "elf/file_tree.h"
#include "pack/index_writer.h"
#include "pack/started_by_loader.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

// Whether the file may be a program or a library: not every file is opened.
bool MayBeCode(const TreeEntry& file) {
  return (file.st.st_mode & 0111) != 0 || absl::StrContains(file.path, ".so");
}

// The payload as a program of it sees it: there is nothing else.
HostTree TreeOf(const std::vector<PayloadItem>& items) {
  std::vector<TreeMount> mounts;
  for (const PayloadItem& item : items) {
    mounts.push_back({item.guest, item.host});
  }
  return HostTree(std::move(mounts));
}

}  // namespace

absl::StatusOr<PayloadTables> MakePayloadTables(
    const std::vector<PlanMount>& mounts, const std::vector<PayloadItem>& items,
    const Exclude& exclude, bool with_twins) {
  Exclude filter = exclude;
  IndexWriter index;
  const HostTree tree = TreeOf(items);
  StartedByLoader started_by_loader(tree);
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
              index.AddFile(guest,
                            MayBeCode(file) && started_by_loader.Is(guest)
                                ? PayloadIndexSlot::kStartedByLoader
                                : 0);
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
