// Any bytes as the header of a cached twin, with the right check sum and
// origin so that the rest is looked at: what is accepted can be mapped without
// leaving the file, and the code and its trampolines do not overlap.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "engines/intercept/cached_twin.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relocatable;
  CachedTwinHeader header = {};
  memcpy(&header, data, size < sizeof(header) ? size : sizeof(header));
  const CodeOrigin origin = header.origin;
  (void)IsTwinOf(origin, header, size);
  header.check = CheckOf(header);
  const uint64_t file_size = FileSizeOf(header);
  if (!IsTwinOf(origin, header, file_size)) return 0;
  if (IsTwinOf(origin, header, file_size - 1)) abort();
  if (header.size == 0) return 0;
  const uint64_t room = header.trampolines_size;
  if (header.size % 4096 != 0 || room % 4096 != 0 || room == 0 ||
      header.size > file_size || room > file_size - header.size) {
    abort();
  }
  const int64_t at = header.trampolines_at;
  if (at % 4096 != 0 || (at < static_cast<int64_t>(header.size) &&
                         at + static_cast<int64_t>(room) > 0)) {
    abort();
  }
  return 0;
}
