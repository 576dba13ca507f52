#include "pack/closure.h"

#include <sys/stat.h>

#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pack/store_scan.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

class ClosureFinder {
 public:
  ClosureFinder(const GuestRoot& root, ItemSource& source, Exclude& exclude)
      : root_(root), source_(source), exclude_(exclude) {}

  absl::Status AddRoot(const std::string& item) {
    if (exclude_.MatchesItem(item)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'", item, "': is to be packed, and --exclude leaves it out"));
    }
    return Add(item);
  }

  // The items in the order of their paths, references turned into places.
  std::vector<PlanItem> Finish() {
    uint32_t place = 0;
    for (auto& [path, found] : found_) found.place = place++;
    std::vector<PlanItem> items;
    for (auto& [path, found] : found_) {
      PlanItem item{.path = path,
                    .nar_size = found.facts.nar_size,
                    .nar_hash = found.facts.nar_hash,
                    .trimmed = found.trimmed};
      for (std::string& reference : found.facts.references) {
        const auto to = found_.find(reference);
        if (to != found_.end()) {
          item.references.push_back(to->second.place);
        } else {
          item.missing.push_back(std::move(reference));
        }
      }
      items.push_back(std::move(item));
    }
    return items;
  }

 private:
  struct Found {
    ItemFacts facts;
    bool trimmed = false;
    uint32_t place = 0;
  };

  // Adds an item and all it needs; a list of what is to be done, and no
  // recursion: chains of references can be long.
  absl::Status Add(const std::string& first) {
    std::vector<std::string> todo = {first};
    while (!todo.empty()) {
      const std::string item = std::move(todo.back());
      todo.pop_back();
      const auto [place, is_new] = found_.try_emplace(item);
      if (!is_new) continue;
      RELOC_RETURN_IF_ERROR(Read(item, place->second));
      for (const std::string& reference : place->second.facts.references) {
        if (found_.count(reference) == 0 && !exclude_.MatchesItem(reference)) {
          todo.push_back(reference);
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status Read(const std::string& item, Found& found) {
    struct stat st;
    RELOC_RETURN_IF_ERROR(root_.Lstat(item, st));
    RELOC_ASSIGN_OR_RETURN(found.facts, source_.Facts(item));
    RELOC_ASSIGN_OR_RETURN(found.trimmed, IsTrimmed(item));
    if (found.trimmed) {
      RELOC_ASSIGN_OR_RETURN(found.facts, ScanItem(
                                              root_.HostPath(item),
                                              [&](absl::string_view path) {
                                                return !exclude_.MatchesFile(
                                                    item, path);
                                              },
                                              found.facts.references));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> IsTrimmed(const std::string& item) {
    if (exclude_.empty()) return false;
    bool trimmed = false;
    RELOC_RETURN_IF_ERROR(WalkTree(
        root_.HostPath(item),
        [&](absl::string_view path) {
          const bool excluded = exclude_.MatchesFile(item, path);
          trimmed |= excluded;
          return !excluded;
        },
        [](const TreeEntry&) { return absl::OkStatus(); }));
    return trimmed;
  }

  const GuestRoot& root_;
  ItemSource& source_;
  Exclude& exclude_;
  std::map<std::string, Found> found_;
};

}  // namespace

absl::StatusOr<std::vector<PlanItem>> FindClosure(
    const GuestRoot& root, const std::vector<std::string>& roots,
    ItemSource& source, Exclude& exclude) {
  ClosureFinder finder(root, source, exclude);
  for (const std::string& item : roots) {
    RELOC_RETURN_IF_ERROR(finder.AddRoot(item));
  }
  return finder.Finish();
}

}  // namespace relocatable
