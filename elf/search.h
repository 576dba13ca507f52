// elf/search.h - where ld.so finds a library, and by which rule.
//
// The two implementations, glibc's and musl's, follow their ld.so to the
// letter; search_glibc.h and search_musl.h say the rules. Programs with
// set-user-ID are not modelled: for them ld.so ignores LD_LIBRARY_PATH and most
// of $ORIGIN.
#ifndef ELF_SEARCH_H_
#define ELF_SEARCH_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "elf/cpu.h"
#include "elf/elf_file.h"
#include "elf/file_tree.h"

namespace relocatable {

enum class SearchRule {
  kProgram,        // it is what was asked about
  kInterpreter,    // PT_INTERP: the kernel maps it, ld.so knows itself
  kPath,           // the name has a slash
  kRpath,          // DT_RPATH, of the file that needs it or of one above
  kLibraryPath,    // LD_LIBRARY_PATH or --library-path
  kRunpath,        // DT_RUNPATH of the file that needs it
  kCache,          // ld.so.cache
  kDefaultFolder,  // compiled into ld.so, or listed in musl's path file
};

// Stable, for JSON: "rpath", "library-path", "default-folder", ...
absl::string_view SearchRuleName(SearchRule rule);

// How a file was found.
struct Found {
  std::string path;  // as ld.so calls it from now on
  SearchRule rule = SearchRule::kProgram;
  std::string source;  // the file whose RPATH or RUNPATH it was, or the cache
  std::string folder;  // the search path's element, expanded; "" for kPath,
                       // kCache
  std::string subfolder;  // of hwcaps: "glibc-hwcaps/x86-64-v3", or ""
};

// "RUNPATH of /usr/bin/git", "default folder", "/etc/ld.so.cache", ...
std::string FoundWords(const Found& found);

// A file that is loaded, in load order: the program is the first.
struct LoadedObject {
  Found found;
  std::shared_ptr<const ElfFile> elf;
  std::string origin;              // what $ORIGIN is in it
  int loaded_by = -1;              // index of who needed it first
  std::vector<std::string> names;  // by which it is known to be there
  uint64_t device = 0, inode = 0;
};

struct SearchSettings {
  std::string library_path;  // LD_LIBRARY_PATH's value
  std::string cwd = "/";     // what relative and empty folders are relative to
  bool use_cache = true;     // false: as with --inhibit-cache
  Cpu cpu = HostCpu();       // decides about hwcaps sub-folders and $PLATFORM
};

class LibrarySearch {
 public:
  virtual ~LibrarySearch() = default;

  // The index of what is loaded already and answers to `name`, or -1. Adds
  // `name` to its names if it answers by its soname.
  virtual int FindLoaded(const std::string& name,
                         std::vector<LoadedObject>* objects) const = 0;

  // A new object for `name`, which objects[by] needs. kNotFound if there is
  // none ("not found"). Other errors mean that ld.so stops there instead of
  // looking on: a file of that name that is no library ("'/x/libz.so': is not
  // an ELF file").
  virtual absl::StatusOr<LoadedObject> Find(
      const std::string& name, const std::vector<LoadedObject>& objects,
      int by) const = 0;
};

}  // namespace relocatable

#endif  // ELF_SEARCH_H_
