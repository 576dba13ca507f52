// pack/fd_sink.h - a sink that writes to a descriptor.
#ifndef PACK_FD_SINK_H_
#define PACK_FD_SINK_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pack/sink.h"

namespace relocatable {

// Writes all of `data` to `fd`, or ends with CheckInterrupted()'s error, or
// with "cannot write NAME: No space left on device".
absl::Status WriteInterruptibly(int fd, absl::string_view data,
                                absl::string_view name);

class FdSink : public Sink {
 public:
  // `name` is for messages: "'x.tar'", "standard output". Does not close `fd`.
  FdSink(int fd, std::string name);

  absl::StatusOr<absl::Span<char>> Space() override;
  void Commit(size_t size) override { used_ += size; }
  absl::Status Finish() override { return Flush(); }

 private:
  // Large enough that system calls cost nothing beside copying.
  static constexpr size_t kSize = 256 * 1024;

  absl::Status Flush();

  const int fd_;
  const std::string name_;
  const std::unique_ptr<char[]> buffer_{new char[kSize]};
  size_t used_ = 0;
};

}  // namespace relocatable

#endif  // PACK_FD_SINK_H_
