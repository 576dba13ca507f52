#include "pack/store_scan.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pack/nar.h"
#include "pack/store_path.h"

namespace relocatable {
namespace {

// Files that Nix and Guix keep beside an item while they work on it.
bool IsByProduct(absl::string_view name) {
  for (absl::string_view suffix : {".lock", ".chroot", ".check", ".tmp"}) {
    if (absl::EndsWith(name, suffix)) return true;
  }
  return false;
}

absl::StatusOr<ItemFacts> Scan(const std::string& source, TreeFilter keep,
                               const HashParts& parts,
                               const std::vector<std::string>& candidates) {
  ItemFacts facts;
  HashScanner scanner(parts);
  Sha256 hash;
  RELOC_RETURN_IF_ERROR(WriteNar(source, keep, [&](absl::string_view piece) {
    scanner.Feed(piece);
    hash.Update(piece);
    facts.nar_size += piece.size();
  }));
  facts.nar_hash = hash.Finish();
  for (uint32_t index : scanner.Found()) {
    facts.references.push_back(candidates[index]);
  }
  return facts;
}

// Adds the items `paths`, which are sorted.
void AddAll(const std::vector<std::string>& paths, HashParts& parts) {
  for (size_t i = 0; i < paths.size(); ++i) {
    const absl::string_view path = paths[i];
    parts.Add(path.substr(path.rfind('/') + 1), static_cast<uint32_t>(i));
  }
}

}  // namespace

absl::StatusOr<ItemFacts> ScanItem(const std::string& source, TreeFilter keep,
                                   const std::vector<std::string>& candidates) {
  HashParts parts;
  AddAll(candidates, parts);
  return Scan(source, keep, parts, candidates);
}

absl::StatusOr<std::unique_ptr<StoreScan>> StoreScan::Open(
    const GuestRoot& root, const std::string& prefix) {
  std::unique_ptr<StoreScan> scan(new StoreScan(root));
  RELOC_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                         ListDirectory(root.HostPath(prefix)));
  for (const std::string& name : names) {
    if (IsStoreName(name) && !IsByProduct(name)) {
      scan->candidates_.push_back(absl::StrCat(prefix, "/", name));
    }
  }
  AddAll(scan->candidates_, scan->parts_);
  return scan;
}

absl::StatusOr<ItemFacts> StoreScan::Facts(const std::string& item) {
  return Scan(
      root_.HostPath(item), [](absl::string_view) { return true; }, parts_,
      candidates_);
}

}  // namespace relocatable
