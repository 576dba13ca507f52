// Any bytes as a file that is to get a twin: its code is read, swept and
// patched; and the table that tells of the twin is one that can be opened.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/statusor.h"
#include "elf/byte_source.h"
#include "engines/intercept/twin.h"
#include "engines/intercept/twin_table.h"

namespace relocatable {
namespace {

void CheckTwin(const ByteSource& file, const Twin& twin) {
  if (twin.edits.empty()) return;
  TwinTable table;
  if (TwinTable::Open(twin.table.data(), twin.table.size(), table)) abort();
  const TwinSource source(file, twin.edits);
  const auto bytes = source.Read(0, source.size(), "the twin");
  if (!bytes.ok() || bytes->size() != file.size()) abort();
}

}  // namespace
}  // namespace relocatable

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = relocatable::MemorySource(
      std::string(reinterpret_cast<const char*>(data), size));
  const auto twin = relocatable::PlanTwin(*file);
  if (twin.ok()) relocatable::CheckTwin(*file, *twin);
  return 0;
}
