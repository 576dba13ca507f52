#include "pack/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/errno_status.h"
#include "base/fd.h"

namespace relocatable {
namespace {

class Remover {
 public:
  explicit Remover(const std::string& path) : path_(path) {}

  // Removes openat(dir, name), whose path is path_.
  void Remove(int dir, const char* name) {
    if (unlinkat(dir, name, 0) == 0) return;
    // Linux says EISDIR; POSIX and some file systems EPERM.
    if (errno != EISDIR && errno != EPERM) return Note();
    Empty(dir, name);
    if (unlinkat(dir, name, AT_REMOVEDIR) != 0) Note();
  }

  const absl::Status& status() const { return status_; }

 private:
  void Note() {
    if (!status_.ok()) return;
    status_ = ErrnoError(errno, absl::StrCat("cannot remove '", path_, "'"));
  }

  void Empty(int dir, const char* name) {
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    Fd fd(openat(dir, name, kFlags));
    if (!fd.ok() && errno == EACCES && fchmodat(dir, name, 0700, 0) == 0) {
      fd = Fd(openat(dir, name, kFlags));
    }
    if (!fd.ok() || fchmod(fd.get(), 0700) != 0) return Note();
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(fd.get()),
                                                      closedir);
    if (entries == nullptr) return Note();
    fd.release();  // it is the DIR's now
    const size_t size = path_.size();
    while (const dirent* entry = readdir(entries.get())) {
      const absl::string_view child(entry->d_name);
      if (child == "." || child == "..") continue;
      absl::StrAppend(&path_, "/", child);
      Remove(dirfd(entries.get()), entry->d_name);
      path_.resize(size);
    }
  }

  std::string path_;
  absl::Status status_;
};

}  // namespace

absl::Status RemoveTree(const std::string& path) {
  Remover remover(path);
  remover.Remove(AT_FDCWD, path.c_str());
  return remover.status();
}

}  // namespace relocatable
