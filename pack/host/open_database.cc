#include "pack/host/open_database.h"

#include "base/status_macros.h"
#include "pack/host/apk_database.h"
#include "pack/host/dpkg_database.h"
#include "pack/host/pacman_database.h"
#include "pack/host/rpm_database.h"

namespace relocatable {

absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenPackageDatabase(
    const GuestRoot& root) {
  for (const auto open : {OpenDpkgDatabase, OpenApkDatabase, OpenPacmanDatabase,
                          OpenRpmDatabase}) {
    RELOC_ASSIGN_OR_RETURN(std::unique_ptr<PackageDatabase> database,
                           open(root));
    if (database != nullptr) return database;
  }
  return std::unique_ptr<PackageDatabase>();
}

}  // namespace relocatable
