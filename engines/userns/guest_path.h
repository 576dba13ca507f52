// engines/userns/guest_path.h - guest paths without symbolic links.
//
// A user who binds something at /lib/x on a machine whose /lib is a link to
// usr/lib means the directory /usr/lib/x: the program that opens /lib/x walks
// through the link. mount(2) and docker do the same.
#ifndef ENGINES_USERNS_GUEST_PATH_H_
#define ENGINES_USERNS_GUEST_PATH_H_

#include "base/bare/str.h"
#include "engines/view/view.h"

namespace relocatable::userns {

// Writes `guest` to `out`, its links followed as the view shows them: those on
// the way, and a last one too; what does not exist is kept. Mounts at or below
// the path itself do not count. Returns 0, ELOOP or ENAMETOOLONG.
int FollowLinks(const View& view, bare::Str guest, bare::Buffer& out);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_GUEST_PATH_H_
