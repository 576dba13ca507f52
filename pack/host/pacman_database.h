// pack/host/pacman_database.h - the packages of Arch Linux and its kin.
//
// /var/lib/pacman/local/NAME-VERSION/ has for each package the files `desc` and
// `files`: sections of lines, each below its "%TITLE%" and ended by an empty
// line (alpm, lib/libalpm/be_local.c). ALPM_DB_VERSION beside them says 9.
#ifndef PACK_HOST_PACMAN_DATABASE_H_
#define PACK_HOST_PACMAN_DATABASE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "pack/guest_root.h"
#include "pack/host/package_database.h"

namespace relocatable {

// nullptr if there is no such database below `root`. Errors name the file.
absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenPacmanDatabase(
    const GuestRoot& root);

}  // namespace relocatable

#endif  // PACK_HOST_PACMAN_DATABASE_H_
