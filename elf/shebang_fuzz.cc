// Any bytes as the start of a script.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "elf/shebang.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)relocatable::ParseShebang(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
