// pack/host/private_files.h - which files that a traced command has used are
// not for a pack, because packs are given to others and run elsewhere.
//
// Files that a user names (--include) and those that packages bring along are
// not asked about.
#ifndef PACK_HOST_PRIVATE_FILES_H_
#define PACK_HOST_PRIVATE_FILES_H_

#include "absl/strings/string_view.h"
#include "pack/guest_root.h"

namespace relocatable {

// What belongs to the machine on which a program runs, wherever that is: /proc,
// /dev, logs, /etc/resolv.conf, the cache of ld.so. Needs no word to the user.
bool IsTheMachines(absl::string_view path);

// Why the file is not packed unless the user names it, as a word for messages:
// "below a home directory". "" if nothing speaks against it. `home` is the
// user's own home directory, "" if unknown; `owned`: a package has the file,
// and so everybody has it. `path` is a guest path without links; reads the
// file's beginning, where a key says that it is one.
absl::string_view WhyPrivate(const GuestRoot& root, absl::string_view path,
                             absl::string_view home, bool owned);

}  // namespace relocatable

#endif  // PACK_HOST_PRIVATE_FILES_H_
