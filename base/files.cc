#include "base/files.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/status_macros.h"

namespace relocatable {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) {
    return ErrnoError(errno, absl::StrCat("cannot open '", path, "'"));
  }
  std::string content;
  char buffer[64 * 1024];
  while (true) {
    const ssize_t got = read(fd.get(), buffer, sizeof(buffer));
    if (got == 0) return content;
    if (got > 0) {
      content.append(buffer, got);
    } else if (errno != EINTR) {
      return ErrnoError(errno, absl::StrCat("cannot read '", path, "'"));
    }
  }
}

absl::Status WriteAll(int fd, absl::string_view data, absl::string_view path) {
  while (!data.empty()) {
    const ssize_t put = write(fd, data.data(), data.size());
    if (put >= 0) {
      data.remove_prefix(put);
    } else if (errno != EINTR) {
      return ErrnoError(errno, absl::StrCat("cannot write '", path, "'"));
    }
  }
  return absl::OkStatus();
}

absl::Status WriteFile(const std::string& path, absl::string_view data,
                       int mode) {
  const Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                   mode | S_IWUSR));
  if (!fd.ok()) {
    return ErrnoError(errno, absl::StrCat("cannot create '", path, "'"));
  }
  RELOC_RETURN_IF_ERROR(WriteAll(fd.get(), data, path));
  if (fchmod(fd.get(), mode) != 0) {
    return ErrnoError(errno,
                      absl::StrCat("cannot set the mode of '", path, "'"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadLink(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t size = readlink(path.c_str(), target, sizeof(target));
  if (size < 0) {
    return ErrnoError(errno, absl::StrCat("cannot read the link '", path, "'"));
  }
  return std::string(target, size);
}

}  // namespace relocatable
