#include "elf/search_glibc.h"

#include <elf.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "base/status_macros.h"
#include "elf/dst.h"
#include "elf/hwcaps.h"
#include "elf/ld_cache.h"
#include "elf/open_object.h"

namespace relocatable {
namespace {

// A list of folders to look in, and whose list it is.
struct FolderList {
  SearchRule rule = SearchRule::kDefaultFolder;
  std::string source;
  std::vector<std::string> folders;  // each ends with a slash, or is ""
};

// What a stage of the search gives: nothing means that the next one is asked.
using Stage = absl::StatusOr<absl::optional<LoadedObject>>;

constexpr uint64_t kMaxCache = 16 << 20;  // bytes; 1,000 libraries take 70 kB

class GlibcSearch final : public LibrarySearch {
 public:
  GlibcSearch(const FileTree& tree, const Loader& loader,
              const SearchSettings& settings, const LoadedObject& program)
      : tree_(tree),
        loader_(loader),
        settings_(settings),
        program_(program),
        hwcaps_(HwcapsFor(loader, program.elf->header, settings.cpu)) {
    if (settings.use_cache) ReadCache();
  }

  int FindLoaded(const std::string& name,
                 std::vector<LoadedObject>* objects) const override;
  absl::StatusOr<LoadedObject> Find(const std::string& name,
                                    const std::vector<LoadedObject>& objects,
                                    int by) const override;

 private:
  void ReadCache();
  absl::optional<std::string> CachePath() const;

  std::string Expand(const LoadedObject& of, absl::string_view text,
                     bool* known) const;
  std::vector<std::string> Folders(const LoadedObject& of,
                                   absl::string_view text,
                                   const char* separators) const;
  FolderList Rpath(const LoadedObject& of) const;
  FolderList Runpath(const LoadedObject& of) const;

  bool FolderExists(const std::string& folder) const;
  Stage TryPath(const std::string& name, const LoadedObject& by) const;
  Stage TryList(const FolderList& list, const std::string& name) const;
  Stage TryRpaths(const std::string& name,
                  const std::vector<LoadedObject>& objects, int by) const;
  Stage TryLibraryPath(const std::string& name) const;
  Stage TryCache(const std::string& name, const LoadedObject& by) const;
  Stage TryDefaultFolders(const std::string& name,
                          const LoadedObject& by) const;

  const FileTree& tree_;
  const Loader loader_;
  const SearchSettings settings_;
  const LoadedObject program_;
  const Hwcaps hwcaps_;
  std::string cache_path_, cache_bytes_;
  std::vector<CacheEntry> cache_;  // views into cache_bytes_
  mutable std::map<std::string, bool> exists_;
};

bool HasRunpath(const LoadedObject& o) {
  return o.elf->dynamic.runpath.has_value();
}
bool NoDefaultFolders(const LoadedObject& o) {
  return (o.elf->dynamic.flags_1 & DF_1_NODEFLIB) != 0;
}

int GlibcSearch::FindLoaded(const std::string& name,
                            std::vector<LoadedObject>* objects) const {
  for (size_t i = 0; i < objects->size(); ++i) {
    LoadedObject& o = (*objects)[i];
    if (std::find(o.names.begin(), o.names.end(), name) != o.names.end()) {
      return i;
    }
    if (o.elf->dynamic.soname == name && !name.empty()) {
      o.names.push_back(name);
      return i;
    }
  }
  return -1;
}

// A cache that cannot be read is as good as none, for ld.so too.
void GlibcSearch::ReadCache() {
  const absl::optional<std::string> path = CachePath();
  if (!path.has_value()) return;
  cache_path_ = *path;
  const absl::StatusOr<std::unique_ptr<ByteSource>> file = tree_.Open(*path);
  if (!file.ok()) return;
  absl::StatusOr<std::string> bytes =
      (*file)->ReadUpTo(0, kMaxCache, "the cache");
  if (!bytes.ok()) return;
  cache_bytes_ = *std::move(bytes);
  absl::StatusOr<std::vector<CacheEntry>> entries =
      ParseLdCache(cache_bytes_, program_.elf->header.order);
  if (entries.ok()) cache_ = *std::move(entries);
}

absl::optional<std::string> GlibcSearch::CachePath() const {
  if (loader_.cache_kind == CacheKind::kFile) return loader_.cache;
  if (loader_.cache_kind == CacheKind::kNone) return absl::nullopt;
  // The store is the folder of the item that the ld.so itself lies in:
  // /gnu/store of /gnu/store/…-glibc-2.35/lib/.
  const std::string store =
      Dirname(Dirname(Dirname(loader_.default_folders[0]))) + "/";
  absl::string_view rest(program_.origin);
  if (!absl::ConsumePrefix(&rest, store)) return absl::nullopt;
  const size_t slash = rest.find('/');
  if (slash == absl::string_view::npos) return absl::nullopt;
  return absl::StrCat(store, rest.substr(0, slash), "/etc/ld.so.cache");
}

std::string GlibcSearch::Expand(const LoadedObject& of, absl::string_view text,
                                bool* known) const {
  const absl::optional<std::string> expanded =
      ExpandTokens(text, {.origin = of.origin,
                          .lib = loader_.lib_token,
                          .platform = hwcaps_.platform});
  *known = expanded.has_value();
  return expanded.value_or("");
}

std::vector<std::string> GlibcSearch::Folders(const LoadedObject& of,
                                              absl::string_view text,
                                              const char* separators) const {
  std::vector<std::string> folders;
  if (text.empty()) return folders;
  for (absl::string_view part :
       absl::StrSplit(text, absl::ByAnyChar(separators))) {
    bool known = false;
    std::string folder = Expand(of, part, &known);
    if (!part.empty()) {
      if (!known || folder.empty()) continue;
      while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
      if (folder.back() != '/') folder.push_back('/');
    }
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
      folders.push_back(folder);
    }
  }
  return folders;
}

FolderList GlibcSearch::Rpath(const LoadedObject& of) const {
  FolderList list{.rule = SearchRule::kRpath, .source = of.found.path};
  if (!HasRunpath(of) && of.elf->dynamic.rpath.has_value()) {
    list.folders = Folders(of, *of.elf->dynamic.rpath, ":");
  }
  return list;
}

FolderList GlibcSearch::Runpath(const LoadedObject& of) const {
  return {.rule = SearchRule::kRunpath,
          .source = of.found.path,
          .folders = Folders(of, of.elf->dynamic.runpath.value_or(""), ":")};
}

bool GlibcSearch::FolderExists(const std::string& folder) const {
  const auto [known, is_new] = exists_.emplace(folder, false);
  if (is_new) {
    known->second = tree_.IsDirectory(Absolute(settings_.cwd, folder));
  }
  return known->second;
}

Stage GlibcSearch::TryPath(const std::string& name,
                           const LoadedObject& by) const {
  bool known = false;
  const std::string path = Expand(by, name, &known);
  if (!known) return absl::nullopt;
  Attempt attempt = OpenObject(tree_, settings_.cwd, path, *program_.elf);
  if (attempt.outcome == Attempt::Outcome::kBroken) return attempt.problem;
  if (attempt.outcome != Attempt::Outcome::kFound) return absl::nullopt;
  attempt.object.found.rule = SearchRule::kPath;
  return std::move(attempt.object);
}

Stage GlibcSearch::TryList(const FolderList& list,
                           const std::string& name) const {
  for (const std::string& folder : list.folders) {
    Attempt attempt;
    for (const std::string& subfolder : hwcaps_.subfolders) {
      const std::string here = folder + subfolder;
      if (!FolderExists(here)) continue;
      attempt = OpenObject(tree_, settings_.cwd, here + name, *program_.elf);
      if (attempt.outcome == Attempt::Outcome::kBroken) return attempt.problem;
      if (attempt.outcome != Attempt::Outcome::kFound) continue;
      Found& found = attempt.object.found;
      found.rule = list.rule;
      found.source = list.source;
      found.folder = folder;
      found.subfolder = std::string(absl::StripSuffix(subfolder, "/"));
      return std::move(attempt.object);
    }
    // The file is there and cannot be opened: ld.so gives up this list.
    if (attempt.outcome == Attempt::Outcome::kFailed) return absl::nullopt;
  }
  return absl::nullopt;
}

Stage GlibcSearch::TryRpaths(const std::string& name,
                             const std::vector<LoadedObject>& objects,
                             int by) const {
  if (HasRunpath(objects[by])) return absl::nullopt;
  bool did_program = false;
  for (int i = by; i >= 0; i = objects[i].loaded_by) {
    did_program |= i == 0;
    Stage found = TryList(Rpath(objects[i]), name);
    if (!found.ok() || found->has_value()) return found;
  }
  if (did_program) return absl::nullopt;
  return TryList(Rpath(objects[0]), name);
}

Stage GlibcSearch::TryLibraryPath(const std::string& name) const {
  return TryList({.rule = SearchRule::kLibraryPath,
                  .folders = Folders(program_, settings_.library_path, ":;")},
                 name);
}

Stage GlibcSearch::TryCache(const std::string& name,
                            const LoadedObject& by) const {
  const absl::optional<int32_t> flags = CacheFlags(program_.elf->header);
  if (!flags.has_value()) return absl::nullopt;
  const CacheEntry* entry = FindInCache(cache_, name, *flags, hwcaps_.names);
  if (entry == nullptr) return absl::nullopt;
  if (NoDefaultFolders(by)) {
    for (const std::string& folder : loader_.default_folders) {
      if (absl::StartsWith(entry->path, folder)) return absl::nullopt;
    }
  }
  Attempt attempt =
      OpenObject(tree_, settings_.cwd, std::string(entry->path), *program_.elf);
  if (attempt.outcome == Attempt::Outcome::kBroken) return attempt.problem;
  if (attempt.outcome != Attempt::Outcome::kFound) return absl::nullopt;
  attempt.object.found.rule = SearchRule::kCache;
  attempt.object.found.source = cache_path_;
  return std::move(attempt.object);
}

Stage GlibcSearch::TryDefaultFolders(const std::string& name,
                                     const LoadedObject& by) const {
  if (NoDefaultFolders(by)) return absl::nullopt;
  return TryList(
      {.rule = SearchRule::kDefaultFolder, .folders = loader_.default_folders},
      name);
}

absl::StatusOr<LoadedObject> GlibcSearch::Find(
    const std::string& name, const std::vector<LoadedObject>& objects,
    int by) const {
  const LoadedObject& needer = objects[by];
  const bool cache_first = loader_.cache_kind == CacheKind::kStoreItem;
  Stage found = absl::nullopt;
  const auto done = [&found] { return !found.ok() || found->has_value(); };
  if (absl::StrContains(name, '/')) {
    found = TryPath(name, needer);
  } else {
    found = TryRpaths(name, objects, by);
    if (!done()) found = TryLibraryPath(name);
    if (!done() && cache_first) found = TryCache(name, needer);
    if (!done()) found = TryList(Runpath(needer), name);
    if (!done() && !cache_first) found = TryCache(name, needer);
    if (!done()) found = TryDefaultFolders(name, needer);
  }
  RELOC_RETURN_IF_ERROR(found.status());
  if (!found->has_value()) return absl::NotFoundError("not found");
  return **std::move(found);
}

}  // namespace

std::unique_ptr<LibrarySearch> MakeGlibcSearch(const FileTree& tree,
                                               const Loader& loader,
                                               const SearchSettings& settings,
                                               const LoadedObject& program) {
  return std::make_unique<GlibcSearch>(tree, loader, settings, program);
}

}  // namespace relocatable
