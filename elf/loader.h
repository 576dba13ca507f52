// elf/loader.h - what an ld.so knows and can do, read from its file.
//
// Where libraries lie by default is compiled into each ld.so: Debian's looks in
// /lib/x86_64-linux-gnu, one of Nix in /nix/store/…-glibc-…/lib. It would say
// so itself (`ld.so --list-diagnostics`, glibc 2.33 and later), but an ld.so of
// a pack may be for another machine, too old for it, or a stranger's. So its
// strings are looked at instead; loader_test.cc compares with what this
// machine's says.
//
// Facts about glibc (2.36 for x86-64 and i386 looked at, sources 2.31 to 2.39):
// - the default folders are one array of NUL-terminated strings, each beginning
//   and ending with '/' (elf/dl-load.c, system_dirs). Such a run of strings
//   occurs nowhere else in an ld.so. No NUL need stand before it: i386's has a
//   table of numbers there;
// - options are compared with strcmp, so each is a string of its own;
// - since 2.33 there is "ld.so (…) stable release version 2.36.";
// - the cache's path is one string that ends in "/ld.so.cache".
#ifndef ELF_LOADER_H_
#define ELF_LOADER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "elf/byte_source.h"
#include "elf/version.h"

namespace relocatable {

enum class LoaderFamily { kGlibc, kMusl };

enum class CacheKind {
  kNone,
  kFile,  // Loader::cache
  // Guix' glibc: etc/ld.so.cache in the store item of the program, and before
  // RUNPATH instead of behind it (its patch glibc-dl-cache.patch leaves the
  // string "/ld.so cache is lacking").
  kStoreItem,
};

struct Loader {
  LoaderFamily family = LoaderFamily::kGlibc;
  // glibc: nothing before 2.33, which does not tell. musl: 1.2.3.
  absl::optional<Version> version;
  std::vector<std::string> default_folders;  // with a slash at the end
  std::string lib_token;                     // $LIB
  CacheKind cache_kind = CacheKind::kNone;
  std::string cache;
  std::string soname;
  // musl: the name of the file that lists the folders, below PREFIX/etc of the
  // loader's PREFIX/lib: "ld-musl-x86_64.path".
  std::string path_file;

  // Options it takes as a command.
  bool has_argv0 = false;    // glibc 2.33
  bool has_preload = false;  // glibc 2.30
  bool has_audit = false;    // glibc 2.4
  bool has_library_path = false;
  bool has_inhibit_rpath = false;

  // glibc-hwcaps/NAME sub-directories, since 2.33.
  bool has_glibc_hwcaps() const { return version.has_value(); }
  // tls/, haswell/, x86_64/ and all their combinations, up to 2.36.
  bool has_legacy_hwcaps() const {
    return !version.has_value() || *version < Version{2, 37};
  }
};

// kInvalidArgument if it is neither glibc's nor musl's: "is no ld.so that is
// known here (neither glibc's nor musl's)".
absl::StatusOr<Loader> ReadLoader(const ByteSource& file);

}  // namespace relocatable

#endif  // ELF_LOADER_H_
