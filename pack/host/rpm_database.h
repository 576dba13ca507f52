// pack/host/rpm_database.h - the packages of rpm's distributions (Fedora, RHEL,
// openSUSE ...).
//
// rpm's database has had three formats (Berkeley DB, ndb, SQLite) whose records
// are rpm's own, so rpm itself is asked: `rpm -qa` with a format that gives a
// line for each name, need, provided name and file (rpm(8), --queryformat).
// --dbpath, not --root: that would need chroot(2), which is root's.
#ifndef PACK_HOST_RPM_DATABASE_H_
#define PACK_HOST_RPM_DATABASE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "pack/guest_root.h"
#include "pack/host/package_database.h"

namespace relocatable {

// nullptr if there is no such database below `root`, or no rpm to ask. Errors
// name the database, and say what rpm says.
absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenRpmDatabase(
    const GuestRoot& root);

}  // namespace relocatable

#endif  // PACK_HOST_RPM_DATABASE_H_
