#include "elf/search_musl.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "base/status_macros.h"
#include "elf/open_object.h"

namespace relocatable {
namespace {

constexpr int kInterpreter = 1;  // index in objects, see closure.h
constexpr uint64_t kMaxPathFile = 64 << 10;

bool IsLibcItself(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "lib")) return false;
  for (absl::string_view part :
       {"c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet."}) {
    if (absl::StartsWith(name, part)) return true;
  }
  return false;
}

// A search that found nothing and may go on, or must stop.
enum class Next { kGoOn, kStop };

class MuslSearch final : public LibrarySearch {
 public:
  MuslSearch(const FileTree& tree, const Loader& loader,
             const std::string& loader_path, const SearchSettings& settings,
             const LoadedObject& program)
      : tree_(tree),
        settings_(settings),
        program_(program),
        loader_path_(loader_path) {
    ReadSystemPath(loader);
  }

  int FindLoaded(const std::string& name,
                 std::vector<LoadedObject>* objects) const override;
  absl::StatusOr<LoadedObject> Find(const std::string& name,
                                    const std::vector<LoadedObject>& objects,
                                    int by) const override;

 private:
  void ReadSystemPath(const Loader& loader);
  // The object, an error, or what to do next in *next.
  absl::StatusOr<absl::optional<LoadedObject>> TryPath(absl::string_view path,
                                                       const Found& how,
                                                       const std::string& name,
                                                       Next* next) const;

  const FileTree& tree_;
  const SearchSettings settings_;
  const LoadedObject program_;
  const std::string loader_path_;
  std::string system_path_, system_source_;
};

void MuslSearch::ReadSystemPath(const Loader& loader) {
  std::string prefix = Dirname(Dirname(loader_path_));
  if (prefix == "/" || prefix == ".") prefix.clear();
  const std::string path = absl::StrCat(prefix, "/etc/", loader.path_file);
  const auto file = tree_.Open(path);
  if (file.ok()) {
    system_path_ = (*file)->ReadUpTo(0, kMaxPathFile, path).value_or("");
    system_source_ = path;
  } else if (absl::IsNotFound(file.status())) {
    for (absl::string_view folder : loader.default_folders) {
      absl::StrAppend(&system_path_, absl::StripSuffix(folder, "/"), ":");
    }
  }
}

int MuslSearch::FindLoaded(const std::string& name,
                           std::vector<LoadedObject>* objects) const {
  if (IsLibcItself(name) || name == loader_path_) return kInterpreter;
  for (size_t i = kInterpreter + 1; i < objects->size(); ++i) {
    for (const std::string& known : (*objects)[i].names) {
      if (known == name && !absl::StrContains(name, '/')) return i;
    }
  }
  return -1;
}

// The RUNPATH or RPATH with $ORIGIN expanded; nothing if it cannot be used.
absl::optional<std::string> OwnPath(const LoadedObject& o) {
  const DynamicSection& dynamic = o.elf->dynamic;
  const absl::optional<std::string>& path =
      dynamic.runpath.has_value() ? dynamic.runpath : dynamic.rpath;
  if (!path.has_value()) return absl::nullopt;
  const std::string expanded = absl::StrReplaceAll(
      *path, {{"$ORIGIN", o.origin}, {"${ORIGIN}", o.origin}});
  for (absl::string_view rest = *path; absl::StrContains(rest, '$');) {
    rest.remove_prefix(rest.find('$'));
    if (!absl::StartsWith(rest, "$ORIGIN") &&
        !absl::StartsWith(rest, "${ORIGIN}")) {
      return absl::nullopt;
    }
    rest.remove_prefix(1);
  }
  return expanded;
}

absl::StatusOr<absl::optional<LoadedObject>> MuslSearch::TryPath(
    absl::string_view path, const Found& how, const std::string& name,
    Next* next) const {
  for (absl::string_view folder :
       absl::StrSplit(path, absl::ByAnyChar(":\n"), absl::SkipEmpty())) {
    Attempt attempt = OpenObject(
        tree_, settings_.cwd, absl::StrCat(folder, "/", name), *program_.elf);
    switch (attempt.outcome) {
      case Attempt::Outcome::kAbsent:
        continue;
      case Attempt::Outcome::kFailed:
        *next = Next::kStop;
        return absl::nullopt;
      case Attempt::Outcome::kBroken:
        return attempt.problem;
      case Attempt::Outcome::kOther:
        return absl::FailedPreconditionError(
            absl::StrCat("'", attempt.object.found.path,
                         "': is a library for other programs"));
      case Attempt::Outcome::kFound:
        break;
    }
    Found& found = attempt.object.found;
    found.rule = how.rule;
    found.source = how.source;
    found.folder = absl::StrCat(absl::StripSuffix(folder, "/"), "/");
    return std::move(attempt.object);
  }
  return absl::nullopt;
}

absl::StatusOr<LoadedObject> MuslSearch::Find(
    const std::string& name, const std::vector<LoadedObject>& objects,
    int by) const {
  if (absl::StrContains(name, '/')) {
    Attempt attempt = OpenObject(tree_, settings_.cwd, name, *program_.elf);
    if (attempt.outcome == Attempt::Outcome::kBroken) return attempt.problem;
    if (attempt.outcome != Attempt::Outcome::kFound) {
      return absl::NotFoundError("not found");
    }
    attempt.object.found.rule = SearchRule::kPath;
    return std::move(attempt.object);
  }
  struct Path {
    std::string text;
    Found how;
  };
  std::vector<Path> paths = {
      {settings_.library_path, {.rule = SearchRule::kLibraryPath}}};
  for (int i = by; i >= 0; i = objects[i].loaded_by) {
    const bool runpath = objects[i].elf->dynamic.runpath.has_value();
    paths.push_back(
        {OwnPath(objects[i]).value_or(""),
         {.rule = runpath ? SearchRule::kRunpath : SearchRule::kRpath,
          .source = objects[i].found.path}});
  }
  paths.push_back(
      {system_path_,
       {.rule = SearchRule::kDefaultFolder, .source = system_source_}});
  Next next = Next::kGoOn;
  for (const Path& path : paths) {
    RELOC_ASSIGN_OR_RETURN(absl::optional<LoadedObject> found,
                           TryPath(path.text, path.how, name, &next));
    if (found.has_value()) return *std::move(found);
    if (next == Next::kStop) break;
  }
  return absl::NotFoundError("not found");
}

}  // namespace

std::unique_ptr<LibrarySearch> MakeMuslSearch(const FileTree& tree,
                                              const Loader& loader,
                                              const std::string& loader_path,
                                              const SearchSettings& settings,
                                              const LoadedObject& program) {
  return std::make_unique<MuslSearch>(tree, loader, loader_path, settings,
                                      program);
}

}  // namespace relocatable
