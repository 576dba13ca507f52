// pack/host/generated_files.h - files that no package owns, because they are
// made on each machine when packages are installed. One rule per kind:
//
//   alternatives     both links, where the file they lead to is packed
//   compiled Python  __pycache__/NAME.cpython-….pyc, where NAME.py is packed
//   the rest         host_rules.h: a glob, and the file that must be packed
#ifndef PACK_HOST_GENERATED_FILES_H_
#define PACK_HOST_GENERATED_FILES_H_

#include "absl/status/status.h"
#include "pack/guest_root.h"
#include "pack/host/host_files.h"

namespace relocatable {

// To be called when all other files are in `files`.
absl::Status AddGeneratedFiles(const GuestRoot& root, HostFiles& files);

}  // namespace relocatable

#endif  // PACK_HOST_GENERATED_FILES_H_
