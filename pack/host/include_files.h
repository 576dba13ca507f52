// pack/host/include_files.h - files that the user wants in the pack beside
// those that are found: --include GLOB.
#ifndef PACK_HOST_INCLUDE_FILES_H_
#define PACK_HOST_INCLUDE_FILES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pack/guest_root.h"
#include "pack/host/host_files.h"

namespace relocatable {

// Adds what is at the absolute glob, and all below directories among it; of
// links, where they lead as well. '*' and '?' stop at a slash, as in fnmatch(3)
// with FNM_PATHNAME. Errors: a glob that is relative or matches nothing; a file
// that cannot be read.
absl::Status IncludeFiles(const GuestRoot& root, absl::string_view glob,
                          HostFiles& files);

}  // namespace relocatable

#endif  // PACK_HOST_INCLUDE_FILES_H_
