// pack/gzip_format.h - gzip, made in blocks of one stream.
//
// Deflate looks back 32 KiB and no more, so a block needs only the end of the
// one before it as a dictionary; a sync flush ends each block on a byte, and
// the checksum of the whole is computed from those of the blocks. The result is
// one ordinary member (RFC 1951, RFC 1952).
#ifndef PACK_GZIP_FORMAT_H_
#define PACK_GZIP_FORMAT_H_

#include <memory>

#include "pack/block_sink.h"

namespace relocatable {

inline constexpr int kGzipDefaultLevel = 6;  // as the gzip command's
inline constexpr int kGzipMaxLevel = 9;

// `level`: 1 (fast) to kGzipMaxLevel (small).
std::unique_ptr<BlockFormat> NewGzipFormat(int level);

}  // namespace relocatable

#endif  // PACK_GZIP_FORMAT_H_
