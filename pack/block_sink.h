// pack/block_sink.h - a sink that compresses on every processor, with the same
// output however many there are.
//
// The input is cut into blocks of a fixed size; helper threads compress them,
// and what they give is written in the order of the blocks. The cut depends on
// nothing but the input, so neither does the output. (libzstd has the same
// built in, but not in Debian's libzstd.a, where the bounds of
// ZSTD_c_nbWorkers are 0..0; zlib has no threads at all.)
//
//   caller's thread:  fill 3     | fill 4     | write 1 | fill 5 …
//   helpers:          compress 1 | compress 3 …
//                       compress 2   | compress 4 …
#ifndef PACK_BLOCK_SINK_H_
#define PACK_BLOCK_SINK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pack/sink.h"

namespace relocatable {

// What a block became. The memory is used again for later blocks, and never
// filled with zeros: what a block does not need stays out of the resident set.
struct CompressedBlock {
  std::unique_ptr<char[]> bytes;
  size_t capacity = 0;
  size_t size = 0;
  uint32_t check = 0;  // of the block, if the format has a checksum of it all

  void Reserve(size_t wanted) {
    if (wanted <= capacity) return;
    bytes.reset(new char[wanted]);
    capacity = wanted;
  }
};

// Compresses one block at a time; each helper thread has one of its own.
class BlockCompressor {
 public:
  virtual ~BlockCompressor() = default;

  // Replaces `out` by `block` compressed. `before` is what precedes it in the
  // input: BlockFormat::before_size() bytes, or none before the first block.
  virtual absl::Status Compress(absl::string_view before,
                                absl::string_view block,
                                CompressedBlock& out) = 0;
};

// A compressed format whose blocks can be made independently.
class BlockFormat {
 public:
  virtual ~BlockFormat() = default;
  virtual size_t block_size() const = 0;  // of all blocks but the last
  virtual size_t before_size() const { return 0; }  // less than block_size()
  virtual std::string Header() const { return ""; }
  virtual std::unique_ptr<BlockCompressor> NewCompressor() const = 0;
  // Told of each block, in order, on the caller's thread.
  virtual void Join(uint32_t check, size_t block_size) = 0;
  virtual std::string Trailer() const { return ""; }
};

// How many helper threads pay on this machine: one for each processor that this
// process may use, 8 at most. Eight compress faster than one thread reads files
// (2 GB/s at zstd's level 3), and each takes up to 12 MB.
int HelperThreads();

// A sink in `format` that writes to `next` and finishes it; both must outlive
// it. With fewer threads than wanted, or none, it is only slower.
std::unique_ptr<Sink> NewBlockSink(BlockFormat& format, int threads,
                                   Sink& next);

}  // namespace relocatable

#endif  // PACK_BLOCK_SINK_H_
