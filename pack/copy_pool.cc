#include "pack/copy_pool.h"

#include <system_error>
#include <utility>

#include "pack/interrupt.h"

namespace relocatable {

CopyPool::CopyPool(int threads) {
  try {
    for (int i = 0; i < threads; ++i) {
      helpers_.emplace_back([this] { Help(); });
    }
  } catch (const std::system_error&) {
    // The user's limit of processes: the helpers there are do it all.
  }
}

CopyPool::~CopyPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    waiting_.clear();
  }
  work_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

absl::Status CopyPool::Add(FileCopy copy) {
  if (helpers_.empty()) return CopyFile(std::move(copy));
  {
    std::unique_lock<std::mutex> lock(mutex_);
    room_.wait(lock, [this] { return waiting_.size() < kMostWaiting; });
    if (!status_.ok()) return status_;
    waiting_.push_back(std::move(copy));
  }
  work_.notify_one();
  return absl::OkStatus();
}

absl::Status CopyPool::Finish() {
  std::unique_lock<std::mutex> lock(mutex_);
  room_.wait(lock, [this] { return waiting_.empty() && running_ == 0; });
  return status_;
}

void CopyPool::Help() {
  LeaveInterruptsToMainThread();
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    FileCopy copy = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    lock.unlock();
    const absl::Status status = CopyFile(std::move(copy));
    lock.lock();
    --running_;
    if (!status.ok()) {
      if (status_.ok()) status_ = status;
      waiting_.clear();
    }
    room_.notify_one();
  }
}

}  // namespace relocatable
