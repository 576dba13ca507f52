#include "elf/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/status_macros.h"
#include "elf/bytes.h"

namespace relocatable {
namespace {

class Memory final : public ByteSource {
 public:
  explicit Memory(std::string bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }

 protected:
  absl::Status ReadInto(uint64_t offset, std::string* into) const override {
    bytes_.copy(into->data(), into->size(), offset);
    return absl::OkStatus();
  }

 private:
  std::string bytes_;
};

class File final : public ByteSource {
 public:
  File(Fd fd, uint64_t size) : fd_(std::move(fd)), size_(size) {}
  uint64_t size() const override { return size_; }

 protected:
  absl::Status ReadInto(uint64_t offset, std::string* into) const override {
    size_t done = 0;
    while (done < into->size()) {
      const ssize_t got = pread(fd_.get(), into->data() + done,
                                into->size() - done, offset + done);
      if (got > 0) {
        done += got;
      } else if (got == 0) {
        return absl::AbortedError("got shorter while it was read");
      } else if (errno != EINTR) {
        return ErrnoError(errno, "cannot be read");
      }
    }
    return absl::OkStatus();
  }

 private:
  Fd fd_;
  uint64_t size_;
};

}  // namespace

absl::StatusOr<std::string> ByteSource::Read(uint64_t offset, uint64_t size,
                                             absl::string_view what) const {
  RELOC_RETURN_IF_ERROR(CheckBounds(offset, size, this->size(), what));
  if (size > kMaxPart) {
    return absl::ResourceExhaustedError(
        absl::StrCat("claims ", size, " bytes for ", what, ", more than the ",
                     kMaxPart, " that are read"));
  }
  std::string bytes(size, '\0');
  RELOC_RETURN_IF_ERROR(ReadInto(offset, &bytes));
  return bytes;
}

absl::StatusOr<std::string> ByteSource::ReadUpTo(uint64_t offset, uint64_t size,
                                                 absl::string_view what) const {
  const uint64_t there = offset < this->size() ? this->size() - offset : 0;
  return Read(std::min(offset, this->size()), std::min(size, there), what);
}

std::unique_ptr<ByteSource> MemorySource(std::string bytes) {
  return std::make_unique<Memory>(std::move(bytes));
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenSource(
    const std::string& path) {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.ok()) {
    return ErrnoError(errno, absl::StrCat("cannot open '", path, "'"));
  }
  struct stat st;
  if (fstat(fd.get(), &st) != 0) {
    return ErrnoError(errno, absl::StrCat("cannot stat '", path, "'"));
  }
  if (S_ISDIR(st.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("'", path, "': is a directory"));
  }
  if (!S_ISREG(st.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("'", path, "': is not a regular file"));
  }
  return std::make_unique<File>(std::move(fd), st.st_size);
}

}  // namespace relocatable
