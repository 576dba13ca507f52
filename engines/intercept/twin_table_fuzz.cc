// Any bytes as a twin's table; what Open() has passed is read to its end.
#include <cstddef>
#include <cstdint>

#include "engines/intercept/twin_table.h"

namespace {

volatile uint64_t sum;  // what is read, so that reading is not optimised away

void ReadAll(const relocatable::TwinTable& table) {
  for (uint32_t i = 0; i < table.site_count(); ++i) {
    sum = sum + table.site(i).offset;
  }
  for (uint32_t i = 0; i < table.edit_count(); ++i) {
    const relocatable::TwinEdit& edit = table.edit(i);
    for (uint32_t j = 0; j < edit.size; ++j) sum = sum + table.bytes(edit)[j];
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  relocatable::TwinTable table;
  if (relocatable::TwinTable::Open(data, size, table) == nullptr) {
    ReadAll(table);
  }
  return 0;
}
