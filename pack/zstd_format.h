// pack/zstd_format.h - zstd, made in blocks: each is a frame of its own.
//
// Frames one after another are one zstd file to every decoder (RFC 8878,
// section 3.1). 4 MiB a frame cost 1.2 % of size against libzstd's threads,
// which see the end of the preceding block (200 MB of /usr at level 3: 73.7
// against 72.8 MB).
#ifndef PACK_ZSTD_FORMAT_H_
#define PACK_ZSTD_FORMAT_H_

#include <memory>

#include "pack/block_sink.h"

namespace relocatable {

inline constexpr int kZstdDefaultLevel = 3;  // as the zstd command's
inline constexpr int kZstdMaxLevel = 19;     // above, memory doubles per level

// `level`: 1 (fast) to kZstdMaxLevel (small).
std::unique_ptr<BlockFormat> NewZstdFormat(int level);

}  // namespace relocatable

#endif  // PACK_ZSTD_FORMAT_H_
