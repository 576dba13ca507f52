#include "pack/block_sink.h"

#include <sched.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "pack/interrupt.h"

namespace relocatable {
namespace {

constexpr int kMostThreads = 8;

class BlockSink : public Sink {
 public:
  BlockSink(BlockFormat& format, int threads, Sink& next)
      : format_(format),
        next_(next),
        // One being filled and one waiting to be written beside those at work.
        slots_(threads + 2),
        own_compressor_(threads == 0 ? format.NewCompressor() : nullptr) {
    for (int i = 0; i < threads; ++i) StartHelper();
  }

  ~BlockSink() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    work_.notify_all();
    for (std::thread& helper : helpers_) helper.join();
  }

  absl::StatusOr<absl::Span<char>> Space() override {
    if (At(filling_).size == format_.block_size()) {
      Submit();
      if (filling_ - writing_ == slots_.size()) {
        RELOC_RETURN_IF_ERROR(WriteOldest());
      }
    }
    Slot& slot = At(filling_);
    if (slot.block == nullptr) slot.block.reset(new char[format_.block_size()]);
    return absl::MakeSpan(slot.block.get() + slot.size,
                          format_.block_size() - slot.size);
  }

  void Commit(size_t size) override { At(filling_).size += size; }

  absl::Status Finish() override {
    if (At(filling_).size > 0) Submit();
    while (writing_ < filling_) RELOC_RETURN_IF_ERROR(WriteOldest());
    RELOC_RETURN_IF_ERROR(WriteHeaderOnce());
    RELOC_RETURN_IF_ERROR(next_.Write(format_.Trailer()));
    return next_.Finish();
  }

 private:
  struct Slot {
    std::string before;
    std::unique_ptr<char[]> block;
    size_t size = 0;
    CompressedBlock result;
    absl::Status status;
    bool done = false;
  };

  // Blocks are numbered from 0; each has a slot until it is written.
  Slot& At(uint64_t block) { return slots_[block % slots_.size()]; }

  void StartHelper() {
    try {
      helpers_.emplace_back([this] { Help(); });
    } catch (const std::system_error&) {
      // The user's limit of processes: whoever there is does the work.
      if (helpers_.empty() && own_compressor_ == nullptr) {
        own_compressor_ = format_.NewCompressor();
      }
    }
  }

  void Help() {
    LeaveInterruptsToMainThread();
    const std::unique_ptr<BlockCompressor> compressor = format_.NewCompressor();
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      work_.wait(lock, [this] { return stop_ || taken_ < submitted_; });
      if (stop_) return;
      Slot& slot = At(taken_++);
      lock.unlock();
      Compress(*compressor, slot);
      lock.lock();
      slot.done = true;
      done_.notify_one();
    }
  }

  static void Compress(BlockCompressor& compressor, Slot& slot) {
    slot.status = compressor.Compress(
        slot.before, absl::string_view(slot.block.get(), slot.size),
        slot.result);
  }

  // Hands the block being filled to the helpers and begins the next.
  void Submit() {
    Slot& slot = At(filling_);
    slot.before = std::move(tail_);
    const size_t keep = std::min(slot.size, format_.before_size());
    tail_.assign(slot.block.get() + slot.size - keep, keep);
    ++filling_;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      submitted_ = filling_;
    }
    work_.notify_one();
  }

  absl::Status WriteOldest() {
    Slot& slot = At(writing_++);
    if (helpers_.empty()) {
      Compress(*own_compressor_, slot);
    } else {
      std::unique_lock<std::mutex> lock(mutex_);
      done_.wait(lock, [&slot] { return slot.done; });
    }
    RELOC_RETURN_IF_ERROR(slot.status);
    RELOC_RETURN_IF_ERROR(WriteHeaderOnce());
    RELOC_RETURN_IF_ERROR(next_.Write(
        absl::string_view(slot.result.bytes.get(), slot.result.size)));
    format_.Join(slot.result.check, slot.size);
    slot.size = 0;
    slot.done = false;
    return absl::OkStatus();
  }

  absl::Status WriteHeaderOnce() {
    if (header_written_) return absl::OkStatus();
    header_written_ = true;
    return next_.Write(format_.Header());
  }

  BlockFormat& format_;
  Sink& next_;
  bool header_written_ = false;
  std::string tail_;  // the end of the last submitted block

  std::vector<Slot> slots_;
  uint64_t filling_ = 0;  // the block that Space() is in
  uint64_t writing_ = 0;  // the oldest block that is not written

  std::mutex mutex_;
  std::condition_variable work_, done_;
  uint64_t submitted_ = 0;  // blocks below this are for the helpers; `mutex_`
  uint64_t taken_ = 0;      // blocks below this have a helper; `mutex_`
  bool stop_ = false;       // `mutex_`
  std::unique_ptr<BlockCompressor> own_compressor_;  // if there are no helpers
  std::vector<std::thread> helpers_;
};

}  // namespace

int HelperThreads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int cpus =
      sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
  return std::clamp(cpus, 1, kMostThreads);
}

std::unique_ptr<Sink> NewBlockSink(BlockFormat& format, int threads,
                                   Sink& next) {
  return std::make_unique<BlockSink>(format, threads, next);
}

}  // namespace relocatable
