#include "pack/gzip_format.h"

#include <zlib.h>

#include "absl/strings/str_cat.h"

namespace relocatable {
namespace {

constexpr int kRawDeflate = -15;  // zlib's windowBits: 32 KiB, no header

const Bytef* AsBytes(absl::string_view text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

class GzipCompressor : public BlockCompressor {
 public:
  explicit GzipCompressor(int level) {
    ready_ = deflateInit2(&stream_, level, Z_DEFLATED, kRawDeflate, 8,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~GzipCompressor() override {
    if (ready_) deflateEnd(&stream_);
  }

  absl::Status Compress(absl::string_view before, absl::string_view block,
                        CompressedBlock& out) override {
    if (!ready_ || deflateReset(&stream_) != Z_OK) return Error();
    if (!before.empty() && deflateSetDictionary(&stream_, AsBytes(before),
                                                before.size()) != Z_OK) {
      return Error();
    }
    // The bound is for Z_FINISH; a sync flush ends with five bytes more.
    out.Reserve(deflateBound(&stream_, block.size()) + 16);
    stream_.next_in = const_cast<Bytef*>(AsBytes(block));
    stream_.avail_in = block.size();
    stream_.next_out = reinterpret_cast<Bytef*>(out.bytes.get());
    stream_.avail_out = out.capacity;
    if (deflate(&stream_, Z_SYNC_FLUSH) != Z_OK || stream_.avail_in != 0 ||
        stream_.avail_out == 0) {
      return Error();
    }
    out.size = out.capacity - stream_.avail_out;
    out.check = crc32(0, AsBytes(block), block.size());
    return absl::OkStatus();
  }

 private:
  absl::Status Error() const {
    return absl::ResourceExhaustedError(absl::StrCat(
        "cannot compress: zlib: ",
        stream_.msg != nullptr ? stream_.msg : "insufficient memory"));
  }

  z_stream stream_ = {};
  bool ready_ = false;
};

std::string LittleEndian(uint32_t number) {
  std::string bytes(4, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(number);
    number >>= 8;
  }
  return bytes;
}

class GzipFormat : public BlockFormat {
 public:
  explicit GzipFormat(int level) : level_(level) {}
  size_t block_size() const override { return 1 << 20; }
  size_t before_size() const override { return 32 << 10; }

  // No name, no time; "unknown" for the operating system, so that the bytes do
  // not say where they were made.
  std::string Header() const override {
    return std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  }
  std::unique_ptr<BlockCompressor> NewCompressor() const override {
    return std::make_unique<GzipCompressor>(level_);
  }
  void Join(uint32_t check, size_t block_size) override {
    check_ = crc32_combine(check_, check, block_size);
    size_ += block_size;
  }
  // An empty final block, then the checksum and the size modulo 2^32.
  std::string Trailer() const override {
    return absl::StrCat(absl::string_view("\x03\0", 2), LittleEndian(check_),
                        LittleEndian(static_cast<uint32_t>(size_)));
  }

 private:
  const int level_;
  uint32_t check_ = 0;
  uint64_t size_ = 0;
};

}  // namespace

std::unique_ptr<BlockFormat> NewGzipFormat(int level) {
  return std::make_unique<GzipFormat>(level);
}

}  // namespace relocatable
