// pack/copy_pool.h - copies files on helper threads while the caller goes on
// with the next names.
#ifndef PACK_COPY_POOL_H_
#define PACK_COPY_POOL_H_

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "pack/file_copy.h"

namespace relocatable {

class CopyPool {
 public:
  // With no threads, or fewer than wanted, it is only slower.
  explicit CopyPool(int threads);
  ~CopyPool();
  CopyPool(const CopyPool&) = delete;

  // Copies `copy` now or soon; waits while too many are under way. The first
  // error of any copy so far; after one, nothing more is copied.
  absl::Status Add(FileCopy copy);

  // Waits for all copies and returns the first error.
  absl::Status Finish();

 private:
  // Enough to keep helpers busy over a run of large files; two descriptors
  // each.
  static constexpr size_t kMostWaiting = 64;

  void Help();

  std::mutex mutex_;
  std::condition_variable work_, room_;
  std::deque<FileCopy> waiting_;  // all below: `mutex_`
  size_t running_ = 0;
  absl::Status status_;
  bool stop_ = false;
  std::vector<std::thread> helpers_;
};

}  // namespace relocatable

#endif  // PACK_COPY_POOL_H_
