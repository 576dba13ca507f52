#include "pack/file_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "pack/changed.h"
#include "pack/fd_sink.h"
#include "pack/interrupt.h"

namespace relocatable {
namespace {

// One call copies no more, so that Ctrl-C is noticed on a slow disk.
constexpr uint64_t kStep = 16 << 20;

absl::Status ReadError(const FileCopy& copy) {
  return ErrnoError(errno, absl::StrCat("cannot read '", copy.source, "'"));
}

absl::Status WriteError(const FileCopy& copy) {
  return ErrnoError(errno, absl::StrCat("cannot write '", copy.target, "'"));
}

// Copies inside the kernel as far as it will and returns how far that was. On
// btrfs and xfs copy_file_range(2) shares the blocks; elsewhere it costs what
// read and write cost (measured on tmpfs and ext4). It refuses pairs of file
// systems (EXDEV, EINVAL, before Linux 5.3 and since 5.19) and some kinds of
// them (EOPNOTSUPP), and gives 0 for files that have no size: then the other
// way goes on, and it reports what errors there are.
absl::StatusOr<uint64_t> CopyInKernel(const FileCopy& copy) {
  uint64_t done = 0;
  while (done < copy.size) {
    RELOC_RETURN_IF_ERROR(CheckInterrupted());
    const ssize_t got =
        copy_file_range(copy.in.get(), nullptr, copy.out.get(), nullptr,
                        std::min(copy.size - done, kStep), 0);
    if (got < 0 && errno == ENOSPC) return WriteError(copy);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += got;
  }
  return done;
}

absl::Status CopyByBuffer(const FileCopy& copy, uint64_t done) {
  constexpr size_t kBuffer = 256 * 1024;
  const std::unique_ptr<char[]> buffer(new char[kBuffer]);
  while (done < copy.size) {
    RELOC_RETURN_IF_ERROR(CheckInterrupted());
    const ssize_t got = read(copy.in.get(), buffer.get(),
                             std::min<uint64_t>(copy.size - done, kBuffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ReadError(copy);
    if (got == 0) return ChangedError(copy.source, copy.size, done);
    RELOC_RETURN_IF_ERROR(
        WriteInterruptibly(copy.out.get(), absl::string_view(buffer.get(), got),
                           absl::StrCat("'", copy.target, "'")));
    done += got;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SealFile(Fd fd, uint32_t mode, int64_t time,
                      const std::string& target) {
  const timespec times[2] = {{time, 0}, {time, 0}};
  if (futimens(fd.get(), times) != 0 || fchmod(fd.get(), mode) != 0) {
    return ErrnoError(
        errno, absl::StrCat("cannot set mode and time of '", target, "'"));
  }
  // Some file systems (NFS, quotas) say only now that there was no space.
  if (close(fd.release()) != 0 && errno != EINTR) {
    return ErrnoError(errno, absl::StrCat("cannot write '", target, "'"));
  }
  return absl::OkStatus();
}

absl::Status CopyFile(FileCopy copy) {
  RELOC_ASSIGN_OR_RETURN(const uint64_t done, CopyInKernel(copy));
  if (done < copy.size) RELOC_RETURN_IF_ERROR(CopyByBuffer(copy, done));
  RELOC_RETURN_IF_ERROR(CheckUnchanged(copy.in.get(), copy.source, copy.size));
  return SealFile(std::move(copy.out), copy.mode, copy.time, copy.target);
}

}  // namespace relocatable
