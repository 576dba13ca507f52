// pack/host/apk_database.h - the packages of Alpine Linux.
//
// /lib/apk/db/installed has a paragraph for each, of lines "X:value": P name,
// V version, A architecture, D needs and p provides (between blanks; "!x" is a
// conflict), F a directory (relative to /), R a file in it
// (wiki.alpinelinux.org/wiki/Apk_spec).
#ifndef PACK_HOST_APK_DATABASE_H_
#define PACK_HOST_APK_DATABASE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "pack/guest_root.h"
#include "pack/host/package_database.h"

namespace relocatable {

// nullptr if there is no such database below `root`. Errors name the file.
absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenApkDatabase(
    const GuestRoot& root);

}  // namespace relocatable

#endif  // PACK_HOST_APK_DATABASE_H_
