// pack/host/host_payload.h - the files of a machine as the payload of a pack.
#ifndef PACK_HOST_HOST_PAYLOAD_H_
#define PACK_HOST_HOST_PAYLOAD_H_

#include "absl/status/status.h"
#include "pack/guest_root.h"
#include "pack/host/host_files.h"
#include "pack/payload_tables.h"
#include "pack/plan.h"

namespace relocatable {

// Adds to `plan` what `files` lists: each with its digest, for the manifest,
// and as nodes below root/, with their directories and root/lib -> usr/lib.
// Reads all files; an error names the one that cannot be read.
absl::Status AddPayload(const GuestRoot& root, const HostFiles& files,
                        Plan& plan);

// What the in-process engine may know beforehand of the plan's payload.
PayloadTables TablesOf(const Plan& plan, bool twins);

}  // namespace relocatable

#endif  // PACK_HOST_HOST_PAYLOAD_H_
