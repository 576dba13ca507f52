// base/errno_status.h - system call errors as absl::Status, the errno's own
// words kept: "cannot open 'x': No such file or directory".
#ifndef BASE_ERRNO_STATUS_H_
#define BASE_ERRNO_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace relocatable {

// `what` says the act and its object; strerror(error) is appended. The code is
// the canonical one of the errno (ENOENT: kNotFound, EACCES:
// kPermissionDenied).
absl::Status ErrnoError(int error, absl::string_view what);

}  // namespace relocatable

#endif  // BASE_ERRNO_STATUS_H_
