#include "engines/proot/proot.h"

#include "engines/inprocess/inprocess.h"
#include "engines/proot/attach.h"

namespace relocatable {
namespace {

// Of this file, so that its address needs no global offset table, which the
// freestanding half does not have.
Outcome Attach(Floor& floor) { return AttachTracer(floor); }

}  // namespace

Outcome TryProot(const Launch& launch) { return StartOnFloor(launch, Attach); }

}  // namespace relocatable
