#include "pack/fd_sink.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "pack/interrupt.h"

namespace relocatable {

absl::Status WriteInterruptibly(int fd, absl::string_view data,
                                absl::string_view name) {
  while (!data.empty()) {
    RELOC_RETURN_IF_ERROR(CheckInterrupted());
    const ssize_t put = write(fd, data.data(), data.size());
    if (put >= 0) {
      data.remove_prefix(put);
    } else if (errno != EINTR) {
      return ErrnoError(errno, absl::StrCat("cannot write ", name));
    }
  }
  return absl::OkStatus();
}

FdSink::FdSink(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

absl::StatusOr<absl::Span<char>> FdSink::Space() {
  if (used_ == kSize) RELOC_RETURN_IF_ERROR(Flush());
  return absl::MakeSpan(buffer_.get() + used_, kSize - used_);
}

absl::Status FdSink::Flush() {
  const size_t size = used_;
  used_ = 0;
  return WriteInterruptibly(fd_, absl::string_view(buffer_.get(), size), name_);
}

}  // namespace relocatable
