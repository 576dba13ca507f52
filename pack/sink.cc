#include "pack/sink.h"

#include <algorithm>
#include <cstring>

#include "base/status_macros.h"

namespace relocatable {

absl::Status Sink::Write(absl::string_view data) {
  while (!data.empty()) {
    RELOC_ASSIGN_OR_RETURN(const absl::Span<char> space, Space());
    const size_t size = std::min(space.size(), data.size());
    memcpy(space.data(), data.data(), size);
    Commit(size);
    data.remove_prefix(size);
  }
  return absl::OkStatus();
}

}  // namespace relocatable
