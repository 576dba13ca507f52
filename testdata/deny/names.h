// testdata/deny/names.h - the kernel's names for its numbers, taken from its
// headers when this is built.
#ifndef TESTDATA_DENY_NAMES_H_
#define TESTDATA_DENY_NAMES_H_

#include "absl/types/span.h"

namespace relocatable::deny {

struct Name {
  const char* name;
  long value;
};

absl::Span<const Name> CallNames();   // "mount", __NR_mount
absl::Span<const Name> ErrnoNames();  // "EPERM", EPERM
absl::Span<const Name> FlagNames();   // "CLONE_NEWUSER", "MS_BIND"

}  // namespace relocatable::deny

#endif  // TESTDATA_DENY_NAMES_H_
