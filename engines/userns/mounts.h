// engines/userns/mounts.h - the few kinds of mount the engine makes. mount(2)
// and not the newer fsopen/open_tree calls: those are no faster (measured: 1.54
// against 1.51 of a native start) and container profiles refuse more of them.
//
// All return 0 or -errno, as the kernel does.
#ifndef ENGINES_USERNS_MOUNTS_H_
#define ENGINES_USERNS_MOUNTS_H_

#include <sys/types.h>

namespace relocatable::userns {

// `source` and all that is mounted below it also appears at `target`.
long Bind(const char* source, const char* target);

// A mount of our own making, with those below it, from `source` to `target`.
long Move(const char* source, const char* target);

// An empty directory of our own at `target`, owned by the caller.
long MountTmpfs(const char* target, mode_t mode);

// Directory `upper` laid over directory `lower`, read-only, at `target`. Linux
// 5.11 allows it in user namespaces. EINVAL if something is mounted inside
// either (an overlay would not show it) or they are overlays of overlays.
long MountOverlay(const char* upper, const char* lower, const char* target);

enum class Depth { kThis, kAll };

// Makes the mount at `target` read-only, and with kAll those below it too.
// Before Linux 5.12 those below stay as they are.
long MakeReadOnly(const char* target, Depth depth);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_MOUNTS_H_
