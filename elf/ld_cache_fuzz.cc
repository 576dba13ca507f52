// Any bytes as an ld.so.cache, in which then everything is looked for.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "elf/ld_cache.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto cache = relocatable::ParseLdCache(
      absl::string_view(reinterpret_cast<const char*>(data), size),
      relocatable::ByteOrder::kLittle);
  if (cache.ok()) {
    relocatable::FindInCache(*cache, "libc.so.6", 0x303, {"x86-64-v3"});
  }
  return 0;
}
