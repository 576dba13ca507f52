// pack/host/merged_usr.h - the two spellings of paths where /bin, /lib, /lib64
// and /sbin are links into /usr.
//
// Most distributions are so now (Debian since 12, "usrmerge"), a pack's payload
// always is; databases and older machines say /lib/x86_64-linux-gnu/libc.so.6.
#ifndef PACK_HOST_MERGED_USR_H_
#define PACK_HOST_MERGED_USR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace relocatable {

// The directories that are merged: "bin", "lib", "lib32", "lib64", "libo32",
// "libx32", "sbin".
bool IsMergedDirectory(absl::string_view name);

// "/lib/x" -> "/usr/lib/x", "/lib" -> "/usr/lib"; others as they are.
std::string MergedPath(absl::string_view path);

// One text for both spellings, part of `path`: "/usr/lib/x" -> "/lib/x".
absl::string_view UnmergedPath(absl::string_view path);

}  // namespace relocatable

#endif  // PACK_HOST_MERGED_USR_H_
