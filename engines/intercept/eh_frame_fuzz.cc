// Any bytes as .eh_frame and as .eh_frame_hdr.
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "absl/strings/string_view.h"
#include "elf/bytes.h"
#include "engines/intercept/eh_frame.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const relocatable::Bytes bytes(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  for (uint64_t address : {uint64_t{0x5000}, ~uint64_t{0}}) {
    (void)relocatable::ReadFrames(bytes, address);
    (void)relocatable::EhFrameAddress(bytes, address);
  }
  return 0;
}
