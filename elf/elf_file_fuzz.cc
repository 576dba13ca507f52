// Any bytes as an ELF file, and as an ld.so.
#include <cstddef>
#include <cstdint>
#include <string>

#include "elf/byte_source.h"
#include "elf/elf_file.h"
#include "elf/loader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = relocatable::MemorySource(
      std::string(reinterpret_cast<const char*>(data), size));
  (void)relocatable::ReadElf(*file);
  (void)relocatable::ReadLoader(*file);
  return 0;
}
