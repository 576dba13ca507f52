// elf/search_glibc.h - the library search of glibc's ld.so.
//
// ld.so(8); elf/dl-load.c (_dl_map_object, open_path), elf/dl-cache.c:
//
// - A name that is known already (as it was asked for, or by its soname) is not
//   searched. A name with a slash is a path; its tokens are expanded.
// - Else, in this order:
//   RPATH         of the file that needs the library, then of the file which
//                 loaded that one, and so on, last of the program. Not at all
//                 if the file that needs it has a RUNPATH; the RPATH of a file
//                 that has a RUNPATH too never counts.
//   LD_LIBRARY_PATH
//   RUNPATH       of the file that needs it, no other's.
//   ld.so.cache   but nothing below a default folder if the file is linked with
//                 -z nodeflib. Guix' ld.so looks here before RUNPATH, and in a
//                 cache of the program's own store item.
//   default folders, unless -z nodeflib.
// - An empty element of a path is the current folder; an element with a token
//   whose value is not known is dropped; an element met twice in one list is
//   tried once. An RPATH, RUNPATH or LD_LIBRARY_PATH without characters is
//   none.
// - In each folder the sub-folders of hwcaps.h are tried first.
// - A library of another class or processor is passed over. A file that
//   is no library ends the search with an error.
#ifndef ELF_SEARCH_GLIBC_H_
#define ELF_SEARCH_GLIBC_H_

#include <memory>

#include "elf/file_tree.h"
#include "elf/loader.h"
#include "elf/search.h"

namespace relocatable {

// `program` is objects[0] of the search to be. The tree must outlive it.
std::unique_ptr<LibrarySearch> MakeGlibcSearch(const FileTree& tree,
                                               const Loader& loader,
                                               const SearchSettings& settings,
                                               const LoadedObject& program);

}  // namespace relocatable

#endif  // ELF_SEARCH_GLIBC_H_
