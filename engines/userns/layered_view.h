// engines/userns/layered_view.h - a pack's layer over the host, by mounts.
//
// A layer is seen per process (engines/view/layer.h), and mounts are for all
// processes of a namespace. So there are two views, each in a namespace of its
// own: one for the pack's programs, their files first, and one for the host's,
// as the host is but for the programs that only the pack has. The dynamic
// linker in either is a copy that begins with a switch (linker/linker.h): a
// program of the other side is executed again in the other view, which is built
// for it like this one, in a namespace inside this one.
#ifndef ENGINES_USERNS_LAYERED_VIEW_H_
#define ENGINES_USERNS_LAYERED_VIEW_H_

#include "engines/userns/report.h"

namespace relocatable::userns {

struct Layering {
  const char* host = "/";  // the host's root, and
  const char* pack = "";   // the layer, where the view is built
  bool packed = true;      // for the pack's programs, or the host's
  const char* names = "";  // PACK/bin
};

// Builds the view over "/" and makes it the caller's root. `privileged`:
// without a user namespace, so that the kernel lets the caller hide mounts.
bool BuildLayered(const Layering& layering, bool privileged, Report& report);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_LAYERED_VIEW_H_
