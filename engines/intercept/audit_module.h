// engines/intercept/audit_module.h - where a pack keeps, below its directory,
// the module that its programs' ld.so loads (audit/), and the binary whose
// interceptor that brings.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_AUDIT_MODULE_H_
#define ENGINES_INTERCEPT_AUDIT_MODULE_H_

namespace relocatable {

constexpr char kAuditModule[] = "lib/audit.so";
constexpr char kPackBinary[] = "relocatable";

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_AUDIT_MODULE_H_
