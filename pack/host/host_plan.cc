#include "pack/host/host_plan.h"

#include <limits.h>
#include <sys/stat.h>
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
#include "base/files.h"
#include "base/status_macros.h"
#include "base/suggest.h"
#include "engines/view/view.h"
#include "pack/entry_point.h"
#include "pack/guest_root.h"
#include "pack/host/find_program.h"
#include "pack/host/generated_files.h"
#include "pack/host/host_closure.h"
#include "pack/host/host_files.h"
#include "pack/host/host_payload.h"
#include "pack/host/include_files.h"
#include "pack/host/licences.h"
#include "pack/host/link_hops.h"
#include "pack/host/merged_usr.h"
#include "pack/host/open_database.h"
#include "pack/host/traced_files.h"
#include "pack/name_link.h"

namespace relocatable {
namespace {

absl::string_view LastComponent(absl::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

absl::StatusOr<std::string> AbsolutePath(const std::string& path) {
  if (absl::StartsWith(path, "/")) return path;
  char cwd[PATH_MAX];
  if (getcwd(cwd, sizeof(cwd)) == nullptr) {
    return ErrnoError(errno, absl::StrCat("cannot find '", path,
                                          "' from the current directory"));
  }
  return absl::StrCat(cwd, "/", path);
}

absl::Status About(absl::string_view source, const absl::Status& status) {
  if (status.ok() ||
      absl::StartsWith(status.message(), absl::StrCat("'", source, "'"))) {
    return status;
  }
  return absl::Status(status.code(),
                      absl::StrCat("'", source, "': ", status.message()));
}

class HostPlanner {
 public:
  HostPlanner(const HostPlanOptions& options, Exclude exclude)
      : options_(options),
        root_(options.root),
        files_(root_, std::move(exclude)) {}

  absl::StatusOr<Plan> Make() {
    RELOC_ASSIGN_OR_RETURN(database_, OpenPackageDatabase(root_));
    closure_ = std::make_unique<HostClosure>(
        root_, database_.get(), options_.keep, options_.path, files_);
    for (const std::string& source : options_.sources) {
      RELOC_RETURN_IF_ERROR(About(source, AddSource(source)));
    }
    RELOC_RETURN_IF_ERROR(closure_->Finish());
    for (const std::string& glob : options_.include) {
      RELOC_RETURN_IF_ERROR(IncludeFiles(root_, glob, files_));
    }
    TracedFiles traced(root_, database_.get(), options_.home, *closure_,
                       files_);
    RELOC_RETURN_IF_ERROR(traced.Add(options_.traced));
    RELOC_RETURN_IF_ERROR(AddGeneratedFiles(root_, files_, notes_));
    DescribePackages();
    RELOC_RETURN_IF_ERROR(AddLicences());
    RELOC_RETURN_IF_ERROR(AddPayload(root_, files_, plan_));
    RELOC_RETURN_IF_ERROR(AddNames());
    AddNotes(traced.notes());
    RELOC_RETURN_IF_ERROR(DescribePack(options_.tool, options_.exclude,
                                       TablesOf(plan_, options_.twins), plan_));
    return std::move(plan_);
  }

 private:
  // ---- what is asked for ----

  absl::Status AddSource(const std::string& source) {
    plan_.sources.push_back(source);
    const size_t colon = source.find(':');
    if (database_ != nullptr && colon != std::string::npos &&
        source.substr(0, colon) == database_->kind()) {
      return AddPackage(source.substr(colon + 1));
    }
    if (absl::StrContains(source, '/')) {
      RELOC_ASSIGN_OR_RETURN(const std::string file, AbsolutePath(source));
      return AddProgram(file);
    }
    RELOC_ASSIGN_OR_RETURN(
        const std::string file,
        FindProgram(root_, options_.path, database_.get(), source));
    RELOC_RETURN_IF_ERROR(AddProgram(file));
    return NoteUnowned(source, file);
  }

  // The package that has what is found at `file`.
  absl::StatusOr<uint32_t> OwnerOf(const std::string& file) {
    RELOC_ASSIGN_OR_RETURN(const LinkHops hops, FollowLinks(root_, file));
    return database_->OwnerOf(hops.end);
  }

  // Of a word that means a program which no package has: a script of
  // /usr/local, a stand-in that chooses among versions.
  absl::Status NoteUnowned(const std::string& word, const std::string& file) {
    if (database_ == nullptr) return absl::OkStatus();
    RELOC_ASSIGN_OR_RETURN(uint32_t owner, OwnerOf(file));
    if (owner != kNoPackage) return absl::OkStatus();
    std::string note = absl::StrCat(
        "'", word, "' is '", file,
        "', which no package has: it comes with its "
        "interpreter and libraries, and --trace or --include adds what else "
        "it needs");
    for (const std::string& other : AllInPath(root_, options_.path, word)) {
      RELOC_ASSIGN_OR_RETURN(owner, OwnerOf(other));
      if (owner == kNoPackage) continue;
      absl::StrAppend(&note, " ('", other, "' is of the package ",
                      database_->packages()[owner].name, ")");
      break;
    }
    notes_.push_back(std::move(note));
    return absl::OkStatus();
  }

  absl::Status AddProgram(const std::string& file) {
    const std::string name = absl::StrCat("bin/", LastComponent(file));
    RELOC_RETURN_IF_ERROR(closure_->AddProgram(file, name));
    const size_t slash = file.rfind('/');
    RELOC_ASSIGN_OR_RETURN(std::string directory,
                           root_.Resolve(file.substr(0, slash + 1)));
    if (directory == "/") directory.clear();
    return AddName(name, absl::StrCat(directory, file.substr(slash)));
  }

  absl::Status AddPackage(const std::string& name) {
    const uint32_t package = database_->Find(name);
    if (package == kNoPackage) return NoSuchPackage(name);
    RELOC_RETURN_IF_ERROR(
        closure_->AddPackage(package, absl::StrCat("asked for")));
    RELOC_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                           database_->Files(package));
    for (const std::string& path : paths) {
      const std::string merged = MergedPath(path);
      const absl::string_view folder =
          absl::string_view(merged).substr(0, merged.rfind('/'));
      if (folder == "/usr/bin" || folder == "/usr/sbin" ||
          folder == "/usr/games") {
        if (options_.keep == Keep::kTraced) {
          RELOC_RETURN_IF_ERROR(closure_->AddProgram(path, "asked for"));
        }
        RELOC_RETURN_IF_ERROR(
            AddName(absl::StrCat("bin/", LastComponent(merged)), merged));
      }
    }
    return absl::OkStatus();
  }

  absl::Status NoSuchPackage(const std::string& name) const {
    std::vector<std::string> names;
    for (const Package& package : database_->packages()) {
      names.push_back(package.name);
    }
    return absl::NotFoundError(
        absl::StrCat("no package of this name is "
                     "installed",
                     DidYouMean(name, names)));
  }

  absl::Status AddName(const std::string& name, const std::string& target) {
    const std::string merged = MergedPath(target);
    const auto [there, is_new] = targets_.emplace(name, merged);
    if (is_new || there->second == merged) return absl::OkStatus();
    return absl::AlreadyExistsError(
        absl::StrCat("'", name, "': '", there->second, "' and '", merged,
                     "' both want this name (pack them apart)"));
  }

  // ---- what is packed ----

  void DescribePackages() {
    plan_.origin = Origin::kHost;
    plan_.mounts = {{"/", std::string(kPayloadDir), kMountLayer}};
    for (const ChosenPackage& chosen : closure_->packages()) {
      const Package& package = database_->packages()[chosen.package];
      plan_.packages.push_back({.name = NameOf(package),
                                .version = package.version,
                                .architecture = package.architecture,
                                .why = chosen.why,
                                .by = chosen.by});
    }
  }

  // Their names, and the texts that copyright files refer to.
  absl::Status AddLicences() {
    for (PlanPackage& package : plan_.packages) {
      const std::string name = package.name.substr(0, package.name.find(':'));
      const auto file =
          root_.Resolve(absl::StrCat("/usr/share/doc/", name, "/copyright"));
      if (!file.ok()) continue;
      const absl::StatusOr<std::string> text = ReadFile(root_.HostPath(*file));
      if (!text.ok()) continue;
      Licences licences = ParseCopyright(*text);
      package.licences = std::move(licences.names);
      for (const std::string& word : licences.texts) {
        const std::string common =
            absl::StrCat("/usr/share/common-licenses/", word);
        const absl::StatusOr<LinkHops> hops = FollowLinks(root_, common);
        if (!hops.ok()) continue;
        for (const std::string& link : hops->links) {
          RELOC_RETURN_IF_ERROR(AddLicenceText(link));
        }
        RELOC_RETURN_IF_ERROR(AddLicenceText(hops->end));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddLicenceText(const std::string& path) {
    return files_.AddResolved(path, kNobody, "text of a licence").status();
  }

  // With the processor where the name alone means another package.
  std::string NameOf(const Package& package) const {
    const uint32_t known = database_->Find(package.name);
    if (known != kNoPackage && &database_->packages()[known] == &package) {
      return package.name;
    }
    return absl::StrCat(package.name, ":", package.architecture);
  }

  absl::Status AddNames() {
    plan_.nodes.push_back({.path = "bin"});
    for (const auto& [name, target] : targets_) {
      if (!files_.Contains(target)) {
        return absl::InvalidArgumentError(absl::StrCat(
            "'", target, "': is to be packed, and --exclude leaves it out"));
      }
      plan_.names.push_back({name, target});
      plan_.nodes.push_back({.path = name,
                             .kind = PlanNode::kSymlink,
                             .text = LinkToBinary(name)});
    }
    if (plan_.names.empty()) {
      return absl::NotFoundError(
          absl::StrCat("'", options_.sources[0], "': has no program"));
    }
    if (options_.entry_point.empty()) {
      if (plan_.names.size() == 1) plan_.entry_point = plan_.names[0].name;
      return absl::OkStatus();
    }
    RELOC_ASSIGN_OR_RETURN(plan_.entry_point,
                           FindEntryPoint(plan_.names, options_.entry_point));
    return absl::OkStatus();
  }

  void AddNotes(const std::vector<std::string>& traced) {
    plan_.notes = notes_;
    for (const auto& notes : {closure_->notes(), traced}) {
      plan_.notes.insert(plan_.notes.end(), notes.begin(), notes.end());
    }
    if (database_ == nullptr) {
      plan_.notes.push_back(
          "no package database that is known here: programs come with their "
          "libraries and interpreters, and --include adds what else they need");
    }
    if (!files_.setuid().empty()) {
      plan_.notes.push_back(
          absl::StrCat("packed without their setuid or setgid bit: ",
                       absl::StrJoin(files_.setuid(), ", ")));
    }
    if (!files_.unreadable().empty()) {
      plan_.notes.push_back(
          absl::StrCat("left out, as you may not read them: ",
                       absl::StrJoin(files_.unreadable(), ", ")));
    }
    for (const std::string& glob : files_.exclude().Unused()) {
      plan_.notes.push_back(
          absl::StrCat("--exclude '", glob, "' matches nothing"));
    }
  }

  const HostPlanOptions& options_;
  const GuestRoot root_;
  std::unique_ptr<PackageDatabase> database_;
  HostFiles files_;
  std::unique_ptr<HostClosure> closure_;
  std::map<std::string, std::string> targets_;  // by name: merged guest paths
  std::vector<std::string> notes_;
  Plan plan_;
};

}  // namespace

absl::StatusOr<Plan> PlanHostPack(const HostPlanOptions& options) {
  RELOC_ASSIGN_OR_RETURN(Exclude exclude, Exclude::Parse(options.exclude));
  return HostPlanner(options, std::move(exclude)).Make();
}

}  // namespace relocatable
