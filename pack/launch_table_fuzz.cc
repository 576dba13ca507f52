// Any bytes as a pack's launch table: every accessor, and that a name which
// Check() has passed is found again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "base/bare/str.h"
#include "pack/launch_table.h"

namespace relocatable {
namespace {

volatile size_t sum;  // what is read, so that reading is not optimised away

void ReadString(const LaunchTable& table, uint32_t offset) {
  sum = sum + strlen(table.string(offset));
}

void ReadAll(const LaunchTable& table) {
  for (uint32_t i = 0; i < table.mount_count(); ++i) {
    ReadString(table, table.mount(i).guest);
    ReadString(table, table.mount(i).host);
  }
  for (uint32_t i = 0; i < table.name_count(); ++i) {
    (void)table.CheckName(i);
    ReadString(table, table.name(i).name);
    ReadString(table, table.name(i).target);
  }
  for (const LaunchSection& section :
       {table.header().index, table.header().checks, table.header().twins}) {
    const bare::Str bytes = table.section(section);
    for (size_t i = 0; i < bytes.size; ++i) sum = sum + bytes.data[i];
  }
  (void)table.FindPath("bin/hello");
  (void)table.FindWord("hello");
}

void FindAll(const LaunchTable& table) {
  for (uint32_t i = 0; i < table.name_count(); ++i) {
    if (table.FindPath(table.string(table.name(i).name)) != i) abort();
  }
}

}  // namespace
}  // namespace relocatable

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  relocatable::LaunchTable table;
  if (relocatable::LaunchTable::Open(data, size, table) == nullptr) {
    relocatable::ReadAll(table);
    if (table.Check() == nullptr) relocatable::FindAll(table);
  }
  return 0;
}
