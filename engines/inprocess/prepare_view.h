// engines/inprocess/prepare_view.h - the view and the payload of a launch as
// the session of a process, and its handover, have them: with host paths as the
// kernel knows them.
//
// Freestanding.
#ifndef ENGINES_INPROCESS_PREPARE_VIEW_H_
#define ENGINES_INPROCESS_PREPARE_VIEW_H_

#include <stddef.h>

#include "base/bare/str.h"
#include "engines/intercept/handover.h"
#include "engines/intercept/session.h"
#include "engines/launch.h"

namespace relocatable {

// What a prepared view points into; lives until the program is mapped.
struct ViewSpace {
  char hosts[kMaxSessionMounts * 256];
  size_t hosts_used = 0;
  bare::FixedBuffer<kPathCapacity> payload_directory;
};

// Sets the view of `h` and of the session. A nested launch's is added to what
// is in force, unless it has a root of its own. Returns an errno or 0.
int PrepareView(const Launch& launch, ViewSpace& space, Handover& h);

// After that: the payload's tables are asked from now on; the search for the
// program is the first to do so.
void PreparePayload(const Launch& launch, ViewSpace& space, Handover& h);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_PREPARE_VIEW_H_
