// pack/changed.h - noticing that a file changes while it is packed.
#ifndef PACK_CHANGED_H_
#define PACK_CHANGED_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace relocatable {

// "'x': changed while it was read (it had 10 bytes, now it has 7; …)".
absl::Status ChangedError(absl::string_view source, uint64_t had, uint64_t has);

// For a descriptor from which `size` bytes, all there were, have been read:
// ChangedError if the file has another size by now.
absl::Status CheckUnchanged(int fd, absl::string_view source, uint64_t size);

}  // namespace relocatable

#endif  // PACK_CHANGED_H_
