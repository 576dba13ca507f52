// audit/core.h - brings the interceptor into a process: the part of the pack's
// binary that is linked at kInterceptBase, mapped as the kernel would map it.
//
// Freestanding.
#ifndef AUDIT_CORE_H_
#define AUDIT_CORE_H_

#include "engines/intercept/attach.h"

namespace relocatable {

// Maps the interceptor of `binary`, a host path. nullptr if it has none, or if
// something else is at its addresses.
AttachFunction* MapInterceptor(const char* binary);

}  // namespace relocatable

#endif  // AUDIT_CORE_H_
