// pack/host/generated_files.h - files that no package owns, because they are
// made on each machine when packages are installed. One rule per kind:
//
//   alternatives     both links, where the file they lead to is packed
//   compiled Python  __pycache__/NAME.cpython-….pyc, where NAME.py is packed
//   the rest         host_rules.h: a glob, and the file that must be packed
#ifndef PACK_HOST_GENERATED_FILES_H_
#define PACK_HOST_GENERATED_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pack/guest_root.h"
#include "pack/host/host_files.h"

namespace relocatable {

// To be called when all other files are in `files`. Links come with what they
// lead to (a certificate of the machine's own authority lies in
// /usr/local/share); those that lead to nothing that this user may read are
// left out, and `notes` says which.
absl::Status AddGeneratedFiles(const GuestRoot& root, HostFiles& files,
                               std::vector<std::string>& notes);

}  // namespace relocatable

#endif  // PACK_HOST_GENERATED_FILES_H_
