#include "pack/staging.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "pack/remove_tree.h"

namespace relocatable {
namespace {

constexpr size_t kLongestName = 255;  // NAME_MAX of every Linux file system
constexpr absl::string_view kSuffix = ".tmp-XXXXXX";

absl::Status ExistsError(absl::string_view out) {
  return absl::AlreadyExistsError(absl::StrCat(
      "'", out,
      "': exists already (remove it, or choose another name with -o)"));
}

absl::Status CreateError(int error, absl::string_view out) {
  return ErrnoError(error, absl::StrCat("cannot create '", out, "'"));
}

// `out` without slashes at its end; an error if there is something there.
absl::StatusOr<std::string> Checked(absl::string_view out) {
  while (out.size() > 1 && absl::ConsumeSuffix(&out, "/")) {
  }
  std::string path(out);
  struct stat st;
  if (lstat(path.c_str(), &st) == 0) return ExistsError(out);
  if (errno != ENOENT) return CreateError(errno, out);
  return path;
}

// The name under which `out` is written, for mkdtemp(3) and its kin. A long
// name is cut, to leave room for the suffix.
std::string Template(const std::string& out) {
  const size_t start = out.rfind('/') + 1;  // 0 without a slash
  return absl::StrCat(out.substr(0, start),
                      out.substr(start, kLongestName - kSuffix.size()),
                      kSuffix);
}

}  // namespace

Staging::Staging(std::string out, std::string path, Fd fd)
    : out_(std::move(out)), path_(std::move(path)), fd_(std::move(fd)) {}

Staging::Staging(Staging&& other) noexcept
    : out_(std::move(other.out_)),
      path_(std::exchange(other.path_, "")),
      fd_(std::move(other.fd_)) {}

Staging::~Staging() {
  // An error here would hide the one that led to it.
  if (!path_.empty()) RemoveTree(path_).IgnoreError();
}

absl::StatusOr<Staging> Staging::Directory(absl::string_view out) {
  RELOC_ASSIGN_OR_RETURN(std::string path, Checked(out));
  std::string temporary = Template(path);
  if (mkdtemp(temporary.data()) == nullptr) return CreateError(errno, out);
  return Staging(std::move(path), std::move(temporary), Fd());
}

absl::StatusOr<Staging> Staging::File(absl::string_view out) {
  RELOC_ASSIGN_OR_RETURN(std::string path, Checked(out));
  std::string temporary = Template(path);
  Fd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.ok()) return CreateError(errno, out);
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(fd.get(), 0666 & ~mask);
  return Staging(std::move(path), std::move(temporary), std::move(fd));
}

absl::Status Staging::Publish() {
  // Some file systems say only now that there was no space.
  if (fd_.ok() && close(fd_.release()) != 0 && errno != EINTR) {
    return ErrnoError(errno, absl::StrCat("cannot write '", out_, "'"));
  }
  int result = renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, out_.c_str(),
                         RENAME_NOREPLACE);
  // NFS and others do not know the flag.
  struct stat st;
  if (result != 0 && (errno == EINVAL || errno == ENOSYS) &&
      lstat(out_.c_str(), &st) != 0) {
    result = rename(path_.c_str(), out_.c_str());
  }
  if (result != 0) {
    return errno == EEXIST ? ExistsError(out_) : CreateError(errno, out_);
  }
  path_.clear();
  return absl::OkStatus();
}

}  // namespace relocatable
