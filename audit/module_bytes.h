// audit/module_bytes.h - the module as a file's content, for `pack` to write.
#ifndef AUDIT_MODULE_BYTES_H_
#define AUDIT_MODULE_BYTES_H_

#include "absl/strings/string_view.h"

namespace relocatable {

absl::string_view AuditModuleBytes();

}  // namespace relocatable

#endif  // AUDIT_MODULE_BYTES_H_
