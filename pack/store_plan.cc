#include "pack/store_plan.h"

#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "engines/view/view.h"
#include "pack/closure.h"
#include "pack/describe_pack.h"
#include "pack/entry_point.h"
#include "pack/guest_root.h"
#include "pack/name_rule.h"
#include "pack/names.h"
#include "pack/payload_tables.h"
#include "pack/store_database.h"
#include "pack/store_path.h"
#include "pack/store_scan.h"
#include "pack/store_source.h"

namespace relocatable {
namespace {

constexpr int kAttempts = 3;  // at a database that is being written to

absl::StatusOr<std::string> AbsolutePath(const std::string& path) {
  if (absl::StartsWith(path, "/")) return path;
  char cwd[PATH_MAX];
  if (getcwd(cwd, sizeof(cwd)) == nullptr) {
    return ErrnoError(errno, absl::StrCat("cannot find '", path,
                                          "' from the current directory"));
  }
  return absl::StrCat(cwd, "/", path);
}

class StorePlanner {
 public:
  explicit StorePlanner(const StorePlanOptions& options)
      : options_(options), root_(options.root) {}

  absl::StatusOr<Plan> Make() {
    RELOC_RETURN_IF_ERROR(ReadWishes());
    RELOC_RETURN_IF_ERROR(FindSources());
    RELOC_RETURN_IF_ERROR(FindItems());
    RELOC_RETURN_IF_ERROR(FindNames());
    RELOC_RETURN_IF_ERROR(MakeTables());
    NodesOfPayload();
    RELOC_RETURN_IF_ERROR(
        DescribePack(options_.tool, options_.exclude, tables_, plan_));
    for (const std::string& glob : plan_.exclude.Unused()) {
      plan_.notes.push_back(
          absl::StrCat("--exclude '", glob, "' matches nothing"));
    }
    return std::move(plan_);
  }

 private:
  // What can be wrong with the command line, before anything is read.
  absl::Status ReadWishes() {
    if (options_.sources.empty()) {
      return absl::InvalidArgumentError("there is nothing to pack");
    }
    RELOC_ASSIGN_OR_RETURN(plan_.exclude, Exclude::Parse(options_.exclude));
    std::vector<std::string> rules = options_.names;
    if (rules.empty()) rules.emplace_back(kDefaultNameRule);
    for (const std::string& rule : rules) {
      RELOC_ASSIGN_OR_RETURN(NameRule parsed, ParseNameRule(rule));
      rules_.push_back(std::move(parsed));
    }
    return absl::OkStatus();
  }

  absl::Status FindSources() {
    for (const std::string& source : options_.sources) {
      RELOC_ASSIGN_OR_RETURN(const std::string path, AbsolutePath(source));
      RELOC_ASSIGN_OR_RETURN(std::string item, FindStoreItem(root_, path));
      absl::string_view prefix, name;
      SplitStorePath(item, prefix, name);
      stores_[std::string(prefix)].push_back(item);
      plan_.sources.push_back(std::move(item));
    }
    return absl::OkStatus();
  }

  absl::Status FindItems() {
    for (const auto& [prefix, sources] : stores_) {
      RELOC_ASSIGN_OR_RETURN(std::vector<PlanItem> items,
                             ClosureIn(prefix, sources));
      const uint32_t first = static_cast<uint32_t>(plan_.items.size());
      for (PlanItem& item : items) {
        for (uint32_t& reference : item.references) reference += first;
        plan_.bytes += item.nar_size;
        items_.insert(item.path);
        plan_.items.push_back(std::move(item));
      }
      plan_.mounts.push_back({prefix, absl::StrCat(kPayloadDir, prefix),
                              kMountReadOnly | kMountUnion});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<PlanItem>> ClosureIn(
      const std::string& prefix, const std::vector<std::string>& sources) {
    const std::string file = options_.scan ? "" : DatabaseOf(prefix);
    if (file.empty()) {
      RELOC_ASSIGN_OR_RETURN(const auto scan, StoreScan::Open(root_, prefix));
      return FindClosure(root_, sources, *scan, plan_.exclude);
    }
    absl::StatusOr<std::vector<PlanItem>> items;
    for (int i = 0; i < kAttempts; ++i) {
      items = ClosureByDatabase(file, sources);
      if (!absl::IsAborted(items.status())) break;
    }
    if (items.ok()) return items;
    return absl::Status(items.status().code(),
                        absl::StrCat(items.status().message(),
                                     " (--store-db names another database, "
                                     "--scan does without)"));
  }

  absl::StatusOr<std::vector<PlanItem>> ClosureByDatabase(
      const std::string& file, const std::vector<std::string>& sources) {
    RELOC_ASSIGN_OR_RETURN(const auto database, StoreDatabase::Open(file));
    RELOC_ASSIGN_OR_RETURN(
        auto items, FindClosure(root_, sources, *database, plan_.exclude));
    RELOC_RETURN_IF_ERROR(database->CheckUnchanged());
    return items;
  }

  // The host path of the database to ask; empty, and a note, if there is none.
  std::string DatabaseOf(const std::string& prefix) {
    if (!options_.store_db.empty()) return options_.store_db;
    std::vector<std::string> places = StoreDatabase::DefaultPlaces(prefix);
    for (std::string& place : places) {
      place = root_.HostPath(place);
      if (access(place.c_str(), F_OK) == 0) return place;
    }
    plan_.notes.push_back(
        absl::StrCat("the store '", prefix, "' has no database (looked for ",
                     absl::StrJoin(places, ", "),
                     "): its files are searched for references instead"));
    return "";
  }

  // Whether a guest path without links is in an item that is packed and is not
  // excluded, nor below what is.
  bool IsPacked(absl::string_view guest) {
    const absl::string_view item = ItemOfPath(guest);
    if (items_.count(std::string(item)) == 0) return false;
    if (guest == item) return true;
    const absl::string_view path = guest.substr(item.size() + 1);
    for (size_t slash = path.find('/'); slash != absl::string_view::npos;
         slash = path.find('/', slash + 1)) {
      if (plan_.exclude.MatchesFile(item, path.substr(0, slash))) return false;
    }
    return !plan_.exclude.MatchesFile(item, path);
  }

  absl::Status FindNames() {
    RELOC_ASSIGN_OR_RETURN(
        Names names,
        MakeNames(root_, plan_.sources, rules_,
                  [this](absl::string_view guest) { return IsPacked(guest); }));
    plan_.names = std::move(names.names);
    plan_.nodes = std::move(names.nodes);
    if (!options_.entry_point.empty()) {
      RELOC_ASSIGN_OR_RETURN(plan_.entry_point,
                             FindEntryPoint(plan_.names, options_.entry_point));
    }
    return absl::OkStatus();
  }

  // What the in-process engine may know beforehand.
  absl::Status MakeTables() {
    std::vector<PayloadItem> items;
    for (const PlanItem& item : plan_.items) {
      items.push_back({item.path, root_.HostPath(item.path)});
    }
    RELOC_ASSIGN_OR_RETURN(
        tables_,
        MakePayloadTables(plan_.mounts, items, plan_.exclude, options_.twins));
    return absl::OkStatus();
  }

  void NodesOfPayload() {
    std::set<std::string> directories;
    for (const PlanMount& mount : plan_.mounts) {
      for (size_t end = mount.host.find('/'); end != std::string::npos;
           end = mount.host.find('/', end + 1)) {
        directories.insert(mount.host.substr(0, end));
      }
      directories.insert(mount.host);
    }
    for (const std::string& directory : directories) {
      plan_.nodes.push_back({.path = directory});
    }
    for (const PlanItem& item : plan_.items) {
      plan_.nodes.push_back({.path = absl::StrCat(kPayloadDir, item.path),
                             .kind = PlanNode::kItem,
                             .source = root_.HostPath(item.path)});
    }
  }

  const StorePlanOptions& options_;
  const GuestRoot root_;
  std::vector<NameRule> rules_;
  std::map<std::string, std::vector<std::string>> stores_;  // by prefix
  std::set<std::string> items_;  // the paths of plan_.items
  PayloadTables tables_;
  Plan plan_;
};

}  // namespace

absl::StatusOr<Plan> PlanStorePack(const StorePlanOptions& options) {
  return StorePlanner(options).Make();
}

}  // namespace relocatable
