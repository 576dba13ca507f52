// Any bytes as a payload's index: no look-up leaves them.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bare/str.h"
#include "engines/view/payload_index.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relocatable;
  // Exactly as large as the input, so that a sanitizer sees what is outside.
  std::vector<uint64_t> words((size + 7) / 8);
  if (size > 0) __builtin_memcpy(words.data(), data, size);
  PayloadIndex index;
  if (!PayloadIndex::Open(words.data(), size, index)) return 0;
  (void)index.Check();
  for (const char* path : {"/gnu/store", "/gnu/store/x-glibc/libc.so",
                           "/gnu/store/x-glibc/libc.so.6", "/none"}) {
    const PayloadIndexSlot* slot = index.Find(path);
    if (slot != nullptr) (void)index.LinkText(*slot, path);
  }
  for (uint32_t i = 0; i < index.slot_count(); ++i) {
    (void)index.LinkText(index.slot(i), "/gnu/store/x-glibc/libc.so");
  }
  return 0;
}
