#include "pack/host/dpkg_database.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "pack/host/control_file.h"
#include "pack/host/deb_relation.h"
#include "pack/host/dpkg_diversions.h"
#include "pack/host/merged_usr.h"

namespace relocatable {
namespace {

constexpr char kFolder[] = "/var/lib/dpkg";

// What the status file says of a package beside Package's own members.
struct Entry {
  Package package;
  bool multi_arch_same = false;
  std::string depends, pre_depends, recommends, provides;
};

// Who offers a name, by being called so or by Provides.
struct Offer {
  uint32_t package = kNoPackage;
  std::string version;  // empty: no relation with a version is fulfilled
};

class DpkgDatabase final : public PackageDatabase {
 public:
  explicit DpkgDatabase(const GuestRoot& root) : root_(root) {}

  absl::Status Open() {
    RELOC_RETURN_IF_ERROR(CheckFormat());
    RELOC_RETURN_IF_ERROR(ReadStatus());
    const std::string diversions = InFolder("diversions");
    if (access(diversions.c_str(), F_OK) != 0) return absl::OkStatus();
    RELOC_ASSIGN_OR_RETURN(const std::string text, ReadFile(diversions));
    return Explain(diversions, diversions_.Parse(text));
  }

  absl::string_view kind() const override { return "deb"; }

  absl::string_view remedy() const override {
    return "'dpkg --configure -a' or 'apt-get -f install' repairs it";
  }

  const std::vector<Package>& packages() const override { return packages_; }

  uint32_t Find(absl::string_view name) const override {
    return FindFor(name, native_);
  }

  std::vector<PackageNeed> Needs(uint32_t package) const override {
    const Entry& entry = entries_[package];
    std::vector<PackageNeed> needs;
    AddNeeds(entry.pre_depends, package, false, needs);
    AddNeeds(entry.depends, package, false, needs);
    AddNeeds(entry.recommends, package, true, needs);
    return needs;
  }

  absl::StatusOr<std::vector<std::string>> Files(
      uint32_t package) const override {
    RELOC_ASSIGN_OR_RETURN(const std::string list, ReadFile(ListOf(package)));
    std::vector<std::string> files;
    for (absl::string_view line : absl::StrSplit(list, '\n')) {
      if (!absl::StartsWith(line, "/") || line == "/.") continue;
      files.emplace_back(diversions_.PathOf(packages_[package].name, line));
    }
    return files;
  }

  absl::StatusOr<uint32_t> OwnerOf(absl::string_view path) override {
    if (owners_.empty()) RELOC_RETURN_IF_ERROR(ReadLists());
    const auto owner = owners_.find(UnmergedPath(path));
    return owner == owners_.end() ? kNoPackage : owner->second;
  }

 private:
  std::string InFolder(absl::string_view name) const {
    return root_.HostPath(absl::StrCat(kFolder, "/", name));
  }

  static absl::Status Explain(const std::string& file,
                              const absl::Status& status) {
    return status.ok()
               ? status
               : absl::Status(status.code(),
                              absl::StrCat("'", file, "': ", status.message()));
  }

  absl::Status CheckFormat() {
    const std::string file = InFolder("info/format");
    if (access(file.c_str(), F_OK) != 0) return absl::OkStatus();
    RELOC_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    const absl::string_view format = absl::StripAsciiWhitespace(text);
    if (format == "1") return absl::OkStatus();
    return absl::UnimplementedError(
        absl::StrCat("'", file, "': says that dpkg's lists have the format '",
                     format, "', and this program reads format 1"));
  }

  // ---- the status file ----

  absl::Status ReadStatus() {
    const std::string file = InFolder("status");
    RELOC_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    RELOC_RETURN_IF_ERROR(
        Explain(file, ReadControlFile(text, [this](const ControlParagraph& p) {
                  return AddParagraph(p);
                })));
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) {
                       return a.package.name < b.package.name;
                     });
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      const Package& package = entries_[i].package;
      packages_.push_back(package);
      offers_[package.name].push_back({i, package.version});
      if (package.name == "dpkg") native_ = package.architecture;
    }
    for (uint32_t i = 0; i < entries_.size(); ++i) AddProvides(i);
    return absl::OkStatus();
  }

  // Status: WANT FLAG STATE, as in "install ok installed".
  absl::Status AddParagraph(const ControlParagraph& p) {
    Entry entry;
    Package& package = entry.package;
    package.name = std::string(FieldOf(p, "Package"));
    if (package.name.empty() || absl::StrContains(package.name, '/')) {
      return absl::InvalidArgumentError(
          "has a paragraph without the name of a package");
    }
    const std::vector<absl::string_view> words =
        absl::StrSplit(FieldOf(p, "Status"), ' ', absl::SkipEmpty());
    const absl::string_view state = words.empty() ? "" : words.back();
    if (state == "not-installed" || state == "config-files" || state.empty()) {
      return absl::OkStatus();  // none of its programs is here
    }
    // Triggers of others that have not run yet do not matter for its files.
    if (state != "installed" && !absl::StartsWith(state, "triggers-")) {
      package.trouble = std::string(state);
    }
    package.version = std::string(FieldOf(p, "Version"));
    package.architecture = std::string(FieldOf(p, "Architecture"));
    package.essential = FieldOf(p, "Essential") == "yes";
    entry.multi_arch_same = FieldOf(p, "Multi-Arch") == "same";
    entry.depends = std::string(FieldOf(p, "Depends"));
    entry.pre_depends = std::string(FieldOf(p, "Pre-Depends"));
    entry.recommends = std::string(FieldOf(p, "Recommends"));
    entry.provides = std::string(FieldOf(p, "Provides"));
    entries_.push_back(std::move(entry));
    return absl::OkStatus();
  }

  void AddProvides(uint32_t package) {
    for (const DebChoice& choice :
         ParseDebRelations(entries_[package].provides)) {
      offers_[choice[0].name].push_back(
          {package, std::string(choice[0].version)});
    }
  }

  // ---- needs ----

  void AddNeeds(absl::string_view field, uint32_t package, bool recommended,
                std::vector<PackageNeed>& needs) const {
    for (const DebChoice& choice : ParseDebRelations(field)) {
      PackageNeed need{.text = std::string(choice[0].name),
                       .recommended = recommended};
      for (const DebRelation& relation : choice) {
        need.package = Fulfil(relation, packages_[package].architecture);
        if (need.package != kNoPackage) break;
      }
      needs.push_back(std::move(need));
    }
  }

  uint32_t Fulfil(const DebRelation& relation,
                  absl::string_view architecture) const {
    const auto offers = offers_.find(relation.name);
    if (offers == offers_.end()) return kNoPackage;
    uint32_t found = kNoPackage;
    for (const Offer& offer : offers->second) {
      if (!relation.op.empty() &&
          (offer.version.empty() || !FulfilsVersion(relation, offer.version))) {
        continue;
      }
      if (Suits(offer.package, architecture)) return offer.package;
      if (found == kNoPackage) found = offer.package;
    }
    return found;
  }

  bool Suits(uint32_t package, absl::string_view architecture) const {
    const std::string& own = packages_[package].architecture;
    return own == "all" || own == architecture ||
           (architecture == "all" && own == native_);
  }

  uint32_t FindFor(absl::string_view name,
                   absl::string_view architecture) const {
    const size_t colon = name.find(':');
    if (colon != absl::string_view::npos) {
      architecture = name.substr(colon + 1);
      name = name.substr(0, colon);
    }
    const auto offers = offers_.find(name);
    if (offers == offers_.end()) return kNoPackage;
    uint32_t found = kNoPackage;
    for (const Offer& offer : offers->second) {
      const Package& package = packages_[offer.package];
      if (package.name != name) continue;
      if (Suits(offer.package, architecture)) return offer.package;
      if (found == kNoPackage && colon == absl::string_view::npos) {
        found = offer.package;
      }
    }
    return found;
  }

  // ---- lists ----

  std::string ListOf(uint32_t package) const {
    const Entry& entry = entries_[package];
    return InFolder(absl::StrCat(
        "info/", entry.package.name,
        entry.multi_arch_same ? absl::StrCat(":", entry.package.architecture)
                              : "",
        ".list"));
  }

  // 165,000 lines of 865 packages: 50 ms.
  absl::Status ReadLists() {
    lists_.resize(packages_.size());
    size_t lines = 0;
    for (uint32_t i = 0; i < packages_.size(); ++i) {
      absl::StatusOr<std::string> list = ReadFile(ListOf(i));
      // dpkg takes a package without a list for one without files.
      if (absl::IsNotFound(list.status())) continue;
      RELOC_RETURN_IF_ERROR(list.status());
      lists_[i] = *std::move(list);
      lines += std::count(lists_[i].begin(), lists_[i].end(), '\n') + 1;
    }
    owners_.reserve(lines);
    for (uint32_t i = 0; i < packages_.size(); ++i) {
      for (absl::string_view line : absl::StrSplit(lists_[i], '\n')) {
        owners_.emplace(
            UnmergedPath(diversions_.PathOf(packages_[i].name, line)), i);
      }
    }
    return absl::OkStatus();
  }

  const GuestRoot root_;
  std::string native_ = "amd64";
  std::vector<Entry> entries_;
  std::vector<Package> packages_;
  absl::flat_hash_map<std::string, std::vector<Offer>> offers_;
  DpkgDiversions diversions_;
  // Filled when somebody asks for an owner; views into lists_, diversions_.
  std::vector<std::string> lists_;
  absl::flat_hash_map<absl::string_view, uint32_t> owners_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenDpkgDatabase(
    const GuestRoot& root) {
  const std::string status = root.HostPath(absl::StrCat(kFolder, "/status"));
  if (access(status.c_str(), F_OK) != 0) {
    return std::unique_ptr<PackageDatabase>();
  }
  auto database = std::make_unique<DpkgDatabase>(root);
  RELOC_RETURN_IF_ERROR(database->Open());
  return std::unique_ptr<PackageDatabase>(std::move(database));
}

}  // namespace relocatable
