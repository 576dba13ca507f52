// pack/host/open_database.h - the package database of a machine, whichever it
// has. A new kind is one file, and one line in open_database.cc.
#ifndef PACK_HOST_OPEN_DATABASE_H_
#define PACK_HOST_OPEN_DATABASE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "pack/guest_root.h"
#include "pack/host/package_database.h"

namespace relocatable {

// nullptr if there is none that is known here. Errors are those of a database
// that is there and cannot be read.
absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenPackageDatabase(
    const GuestRoot& root);

}  // namespace relocatable

#endif  // PACK_HOST_OPEN_DATABASE_H_
