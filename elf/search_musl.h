// elf/search_musl.h - the library search of musl's ld.so.
//
// ldso/dynlink.c (load_library, path_open, fixup_rpath), musl 1.2:
//
// - libc, libpthread, librt, libm, libdl, libutil and libxnet, whatever stands
//   behind the dot, are the loader itself.
// - A name with a slash is a path, without tokens. A name found by a search is
//   known by it from then on; sonames do not matter.
// - Else, in this order: LD_LIBRARY_PATH; RUNPATH, or RPATH where there is no
//   RUNPATH, of the file that needs the library, then of the file which loaded
//   that one, and so on up to the program; the folders in PREFIX/etc/
//   ld-musl-ARCH.path, of the loader's PREFIX/lib, or the built-in ones if
//   there is no such file.
// - Folders are separated by colons or newlines; empty ones are passed over.
//   Only $ORIGIN is a token; a path with another is none.
// - The first file of that name is taken; one that is no library for this
//   program is an error.
#ifndef ELF_SEARCH_MUSL_H_
#define ELF_SEARCH_MUSL_H_

#include <memory>
#include <string>

#include "elf/file_tree.h"
#include "elf/loader.h"
#include "elf/search.h"

namespace relocatable {

// `loader_path` as the program names it (PT_INTERP), `program` as in
// MakeGlibcSearch.
std::unique_ptr<LibrarySearch> MakeMuslSearch(const FileTree& tree,
                                              const Loader& loader,
                                              const std::string& loader_path,
                                              const SearchSettings& settings,
                                              const LoadedObject& program);

}  // namespace relocatable

#endif  // ELF_SEARCH_MUSL_H_
