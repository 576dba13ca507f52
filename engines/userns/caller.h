// engines/userns/caller.h - who starts the program, and what it keeps of it:
// its ids and its working directory.
#ifndef ENGINES_USERNS_CALLER_H_
#define ENGINES_USERNS_CALLER_H_

#include <sys/stat.h>
#include <sys/types.h>

#include "engines/launch.h"
#include "engines/userns/lookup.h"
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

// In a new user namespace: makes `ids` mean themselves, the only ids there are.
// One id is what a caller without capabilities may map (user_namespaces(7)).
bool MapIds(const Ids& ids, Report& report);

// The working directory at the launch: its path and, since the path may lead
// elsewhere afterwards or be gone, a descriptor.
class WorkingDirectory {
 public:
  WorkingDirectory();
  WorkingDirectory(const WorkingDirectory&) = delete;
  ~WorkingDirectory();

  // In the new view: enters launch.cwd (0 or an errno); without one, goes back
  // to this directory, by path if that leads there. Where the view has another
  // root and does not show the directory: to "/".
  int Enter(const Launch& launch) const;

 private:
  bool Reach(const char* path) const;

  long fd_;
  bool known_ = false;  // id_ is valid
  struct stat id_;
  PathBuffer path_;  // empty: it has none that can be found
};

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_CALLER_H_
