// engines/view/map.h - guest path <-> host path by text alone. Both directions
// take paths in which nothing is left to resolve: absolute, normal, without
// links. engines/view/resolve.h gets a program's path there.
//
// The root is the empty string here, so that appending "/name" always works.
#ifndef ENGINES_VIEW_MAP_H_
#define ENGINES_VIEW_MAP_H_

#include "base/bare/str.h"
#include "engines/view/view.h"

namespace relocatable {

// Whether `path` is `directory` or below it, at a component's border.
bool IsAtOrBelow(bare::Str path, bare::Str directory);

// The mount that shows `guest`: the deepest at or above it, of equal ones the
// last; nullptr if the root does.
const Mount* MountOf(const View& view, bare::Str guest);

// Sets `host` to the host path of `guest`. Check host.overflow().
void HostOf(const View& view, bare::Str guest, bare::Buffer& host);

// Sets `guest` to the guest path under which the view shows `host`, a real path
// of the kernel's making (getcwd, readlink of /proc/self/fd/N). Of several, the
// one whose mount has the longest host path, as the kernel would name it. False
// if the view shows it nowhere: outside the root, or hidden by a mount.
bool GuestOf(const View& view, bare::Str host, bare::Buffer& guest);

// Whether a mount's guest path lies below `guest`: then the view has a
// directory there, even if the host has none.
bool LeadsToAMount(const View& view, bare::Str guest);

}  // namespace relocatable

#endif  // ENGINES_VIEW_MAP_H_
