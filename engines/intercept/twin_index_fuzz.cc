// Any bytes as the index of a pack's twins: no row's path, and no search,
// leaves them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "engines/intercept/twin_index.h"

namespace {

volatile uint64_t sum;  // what is read, so that reading is not optimised away

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relocatable;
  // 8-aligned, as a mapped file is, and exactly as large as the input.
  std::vector<uint64_t> words((size + 7) / 8);
  if (size > 0) memcpy(words.data(), data, size);
  TwinIndex index;
  const bool is_one = TwinIndex::Open(words.data(), size, index);
  if (!is_one && index.count() != 0) abort();
  for (uint32_t i = 0; i < index.count(); ++i) {
    const TwinIndexRow& row = index.row(i);
    sum = sum + row.sha256[31] + strlen(index.path(row));
    const uint32_t found = index.FirstOfSize(row.file_size);
    if (found > index.count()) abort();
  }
  (void)index.FirstOfSize(~uint64_t{0});
  return 0;
}
