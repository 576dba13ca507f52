#include "pack/zstd_format.h"

#include <zstd.h>

#include "absl/strings/str_cat.h"

namespace relocatable {
namespace {

class ZstdCompressor : public BlockCompressor {
 public:
  explicit ZstdCompressor(int level)
      : context_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  absl::Status Compress(absl::string_view, absl::string_view block,
                        CompressedBlock& out) override {
    out.Reserve(ZSTD_compressBound(block.size()));
    out.size = ZSTD_compress2(context_.get(), out.bytes.get(), out.capacity,
                              block.data(), block.size());
    if (ZSTD_isError(out.size)) {
      return absl::ResourceExhaustedError(
          absl::StrCat("cannot compress: zstd: ", ZSTD_getErrorName(out.size)));
    }
    return absl::OkStatus();
  }

 private:
  const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context_;
};

class ZstdFormat : public BlockFormat {
 public:
  explicit ZstdFormat(int level) : level_(level) {}
  size_t block_size() const override { return 4 << 20; }
  std::unique_ptr<BlockCompressor> NewCompressor() const override {
    return std::make_unique<ZstdCompressor>(level_);
  }
  void Join(uint32_t, size_t) override {}  // each frame has its own checksum

 private:
  const int level_;
};

}  // namespace

std::unique_ptr<BlockFormat> NewZstdFormat(int level) {
  return std::make_unique<ZstdFormat>(level);
}

}  // namespace relocatable
