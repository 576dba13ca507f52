// engines/userns/mirror.h - making a directory's entries appear in another one.
#ifndef ENGINES_USERNS_MIRROR_H_
#define ENGINES_USERNS_MIRROR_H_

#include "base/bare/str.h"
#include "engines/userns/directory.h"
#include "engines/userns/report.h"

namespace relocatable::userns {

// Makes an empty file or directory to mount on; EEXIST is success.
long MakeMountPoint(const char* path, bool directory);

// Makes the entry of the directory `source` appear in the directory `target`,
// unless `target` has one of that name: a symbolic link as a link with the same
// text, anything else by a bind mount. Both buffers are as they were after.
//
// What cannot be shown because it is unreachable itself (a dead FUSE or NFS
// mount, somebody's private one) is left out. False only for what would leave
// out too much: no more mounts (ENOSPC, ENOMEM) or no right to make any.
bool MirrorEntry(bare::Buffer& source, bare::Buffer& target, const Entry& entry,
                 bool read_only, Report& report);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_MIRROR_H_
