// pack/host/dpkg_database.h - the packages of Debian and its kin.
//
//   /var/lib/dpkg/status          a paragraph for each package ever installed
//   /var/lib/dpkg/info/NAME.list  its files; NAME:ARCH.list if packages of
//                                 several processors may be installed together
//   /var/lib/dpkg/info/format     1, where it is said at all
//   /var/lib/dpkg/diversions      see dpkg_diversions.h
//
// Of Depends a|b the first that is installed counts, as for apt; a name may be
// one that other packages provide, with a version or without (then it fulfils
// no relation that asks for one), deb-control(5).
#ifndef PACK_HOST_DPKG_DATABASE_H_
#define PACK_HOST_DPKG_DATABASE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "pack/guest_root.h"
#include "pack/host/package_database.h"

namespace relocatable {

// nullptr if there is no such database below `root`. Errors name the file that
// cannot be read or understood, by its host path.
absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenDpkgDatabase(
    const GuestRoot& root);

}  // namespace relocatable

#endif  // PACK_HOST_DPKG_DATABASE_H_
