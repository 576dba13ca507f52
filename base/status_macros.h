// base/status_macros.h - returning early on an absl::Status.
//
//   RELOC_RETURN_IF_ERROR(WriteHeader(out));
//   RELOC_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
#ifndef BASE_STATUS_MACROS_H_
#define BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define RELOC_RETURN_IF_ERROR(expression)                               \
  do {                                                                  \
    if (absl::Status reloc_status = (expression); !reloc_status.ok()) { \
      return reloc_status;                                              \
    }                                                                   \
  } while (0)

#define RELOC_ASSIGN_OR_RETURN(declaration, expression)                    \
  RELOC_ASSIGN_OR_RETURN_(RELOC_CONCAT_(reloc_or_, __LINE__), declaration, \
                          expression)

#define RELOC_ASSIGN_OR_RETURN_(variable, declaration, expression) \
  auto variable = (expression);                                    \
  if (!variable.ok()) return variable.status();                    \
  declaration = *std::move(variable)

#define RELOC_CONCAT_(a, b) RELOC_CONCAT2_(a, b)
#define RELOC_CONCAT2_(a, b) a##b

#endif  // BASE_STATUS_MACROS_H_
