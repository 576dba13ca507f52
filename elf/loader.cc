#include "elf/loader.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "elf/elf_file.h"

namespace relocatable {
namespace {

// An ld.so has 0.2 MB; musl's, which is all of libc, 0.6 to 0.8; one with its
// debug information 2.
constexpr uint64_t kMaxLoader = 16 << 20;

// NUL-terminated strings longer than this are no strings.
constexpr size_t kMaxString = 4096;

bool IsText(unsigned char c) { return c > ' ' && c < 0x7f; }

// The folder at the end of `s`, or "". There may be other bytes before it.
absl::string_view FolderAtEnd(absl::string_view s) {
  if (s.empty() || s.size() > kMaxString || s.back() != '/') return "";
  size_t text = s.size();
  while (text > 0 && IsText(s[text - 1])) --text;
  const size_t slash = s.find('/', text);
  return s.size() - slash > 2 ? s.substr(slash) : "";
}

// The longest run of folders; of equal ones the first.
std::vector<std::string> DefaultFolders(
    const std::vector<absl::string_view>& strings) {
  std::vector<std::string> best, run;
  for (absl::string_view s : strings) {
    const absl::string_view folder = FolderAtEnd(s);
    if (folder != s)
      run.clear();  // only a run's first may have bytes before it
    if (folder.empty()) continue;
    run.push_back(std::string(folder));
    if (run.size() > best.size()) best = run;
  }
  return best;
}

// $LIB is the first default folder without its first slash (Debian), or only
// its last component (glibc itself): "lib/x86_64-linux-gnu", "lib64".
std::string LibToken(const absl::flat_hash_set<absl::string_view>& strings,
                     const std::vector<std::string>& folders) {
  if (folders.empty()) return "";
  absl::string_view folder = folders[0];
  absl::ConsumePrefix(&folder, "/");
  absl::ConsumeSuffix(&folder, "/");
  if (strings.contains(folder)) return std::string(folder);
  return std::string(folder.substr(folder.rfind('/') + 1));
}

absl::optional<Version> GlibcVersion(
    const std::vector<absl::string_view>& strings) {
  for (absl::string_view s : strings) {
    const size_t at = s.find(" release version ");
    if (!absl::StartsWith(s, "ld.so ") || at == absl::string_view::npos) {
      continue;
    }
    absl::string_view number = s.substr(at + 17);
    number = number.substr(0, number.find_first_not_of("0123456789."));
    absl::ConsumeSuffix(&number, ".");
    return ParseVersion(number);
  }
  return absl::nullopt;
}

void ReadCache(const std::vector<absl::string_view>& strings, Loader* loader) {
  for (absl::string_view s : strings) {
    if (s == "/ld.so cache is lacking") {
      loader->cache_kind = CacheKind::kStoreItem;
      return;
    }
    if (absl::StartsWith(s, "/") && absl::EndsWith(s, "/ld.so.cache")) {
      loader->cache_kind = CacheKind::kFile;
      loader->cache = std::string(s);
    }
  }
}

absl::StatusOr<Loader> ReadGlibc(
    const std::vector<absl::string_view>& strings,
    const absl::flat_hash_set<absl::string_view>& set) {
  Loader loader;
  loader.family = LoaderFamily::kGlibc;
  loader.version = GlibcVersion(strings);
  loader.default_folders = DefaultFolders(strings);
  if (loader.default_folders.empty()) {
    return absl::InvalidArgumentError(
        "names no default folder, as every ld.so of glibc does");
  }
  loader.lib_token = LibToken(set, loader.default_folders);
  ReadCache(strings, &loader);
  loader.has_argv0 = set.contains("--argv0");
  loader.has_preload = set.contains("--preload");
  loader.has_audit = set.contains("--audit");
  loader.has_library_path = set.contains("--library-path");
  loader.has_inhibit_rpath = set.contains("--inhibit-rpath");
  return loader;
}

// musl compares its options without the dashes (ldso/dynlink.c, __dls3).
Loader ReadMusl(const std::vector<absl::string_view>& strings,
                const absl::flat_hash_set<absl::string_view>& set) {
  Loader loader;
  loader.family = LoaderFamily::kMusl;
  for (absl::string_view s : strings) {
    if (absl::StartsWith(s, "%.*s/etc/ld-musl-")) {
      loader.path_file = std::string(absl::StripPrefix(s, "%.*s/etc/"));
    } else if (absl::StartsWith(s, "/lib:")) {
      for (absl::string_view folder : absl::StrSplit(s, ':')) {
        loader.default_folders.push_back(std::string(folder) + "/");
      }
    } else if (std::count(s.begin(), s.end(), '.') == 2 &&
               absl::StartsWith(s, "1.") && !loader.version.has_value()) {
      loader.version = ParseVersion(s);
    }
  }
  loader.has_argv0 = set.contains("argv0");
  loader.has_preload = set.contains("preload");
  loader.has_library_path = set.contains("library-path");
  return loader;
}

}  // namespace

absl::StatusOr<Loader> ReadLoader(const ByteSource& file) {
  RELOC_ASSIGN_OR_RETURN(const ElfFile elf, ReadElf(file));
  RELOC_ASSIGN_OR_RETURN(const std::string bytes,
                         file.ReadUpTo(0, kMaxLoader, "the loader"));
  const std::vector<absl::string_view> strings = absl::StrSplit(bytes, '\0');
  const absl::flat_hash_set<absl::string_view> set(strings.begin(),
                                                   strings.end());
  absl::StatusOr<Loader> loader = absl::InvalidArgumentError(
      "is no ld.so that is known here (neither glibc's nor musl's)");
  if (set.contains("GLIBC_PRIVATE")) {
    loader = ReadGlibc(strings, set);
  } else if (absl::StrContains(bytes, "musl libc (")) {
    loader = ReadMusl(strings, set);
  }
  if (loader.ok()) loader->soname = elf.dynamic.soname;
  return loader;
}

}  // namespace relocatable
