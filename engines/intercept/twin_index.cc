#include "engines/intercept/twin_index.h"

#include "engines/intercept/abi.h"

namespace relocatable {

bool TwinIndex::Open(const void* data, size_t size, TwinIndex& index) {
  index = TwinIndex();
  if (size < sizeof(TwinIndexHeader)) return false;
  const TwinIndexHeader& h = *static_cast<const TwinIndexHeader*>(data);
  for (size_t i = 0; i < sizeof(h.magic); ++i) {
    if (h.magic[i] != kTwinIndexMagic[i]) return false;
  }
  const uint64_t rows_size = uint64_t{h.count} * sizeof(TwinIndexRow);
  const uint64_t rest = size - sizeof(h);
  if (h.version != kTwinIndexVersion || h.abi_version > kInterceptVersion ||
      rows_size > rest || rest - rows_size != h.paths_size) {
    return false;
  }
  index.rows_ = reinterpret_cast<const TwinIndexRow*>(&h + 1);
  index.paths_ = reinterpret_cast<const char*>(index.rows_ + h.count);
  if (h.paths_size > 0 && index.paths_[h.paths_size - 1] != '\0') {
    index = TwinIndex();
    return false;
  }
  index.header_ = &h;
  index.count_ = h.count;
  index.paths_size_ = h.paths_size;
  return true;
}

uint32_t TwinIndex::FirstOfSize(uint64_t file_size) const {
  uint32_t low = 0, high = count_;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (rows_[middle].file_size < file_size) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count_ && rows_[low].file_size == file_size ? low : count_;
}

}  // namespace relocatable
