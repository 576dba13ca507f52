// pack/host/file_digests.h - the SHA-256 of every file of a pack's payload.
#ifndef PACK_HOST_FILE_DIGESTS_H_
#define PACK_HOST_FILE_DIGESTS_H_

#include <vector>

#include "absl/status/status.h"
#include "pack/guest_root.h"
#include "pack/host/host_files.h"
#include "pack/plan.h"

namespace relocatable {

// Fills in size and digest of each file of `payload` (links have none), which
// is in `files` by its path. All processors work. An error names the file that
// cannot be read.
absl::Status DigestFiles(const GuestRoot& root, const HostFiles& files,
                         std::vector<PlanFile>& payload);

}  // namespace relocatable

#endif  // PACK_HOST_FILE_DIGESTS_H_
