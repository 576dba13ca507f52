#include "base/errno_status.h"

namespace relocatable {

absl::Status ErrnoError(int error, absl::string_view what) {
  return absl::ErrnoToStatus(error, what);
}

}  // namespace relocatable
