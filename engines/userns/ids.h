// engines/userns/ids.h - user and group ids, in and out of a user namespace.
#ifndef ENGINES_USERNS_IDS_H_
#define ENGINES_USERNS_IDS_H_

#include <sys/types.h>

#include "engines/userns/report.h"

namespace relocatable::userns {

struct Ids {
  uid_t uid;
  gid_t gid;
};
Ids EffectiveIds();

// May mount, change root and join mount namespaces where it is (CAP_SYS_ADMIN
// and CAP_SYS_CHROOT): root, mostly. Needs no user namespace, and without one
// keeps every id.
bool IsPrivileged();

// Which of a user namespace's two maps are written; bits.
inline constexpr int kNoMaps = 0;
inline constexpr int kUserMap = 1;
inline constexpr int kGroupMap = 2;

// Makes every id that the caller's user namespace knows mean itself in the new
// one that `process` is in; the caller has made it and is outside. Root without
// CAP_SYS_ADMIN may (it needs CAP_SETUID, CAP_SETGID and CAP_SETFCAP), and then
// keeps chown, su and the names of owners. Returns the maps it could write.
int MapAllIds(pid_t process);

// In a new user namespace, for the maps not in `written`: makes `ids` mean
// themselves, the only ids there are. That is what a caller without
// capabilities may map (user_namespaces(7)).
bool MapOwnIds(const Ids& ids, int written, Report& report);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_IDS_H_
