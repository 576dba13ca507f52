#include "pack/tree_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

// The names of one directory, sorted; one allocation however many they are.
class Names {
 public:
  absl::Status Read(DIR* dir, absl::string_view path) {
    while (true) {
      errno = 0;
      const dirent* entry = readdir(dir);
      if (entry == nullptr) break;
      const absl::string_view name(entry->d_name);
      if (name == "." || name == "..") continue;
      starts_.push_back(text_.size());
      text_.append(name.data(), name.size() + 1);  // with its NUL
    }
    if (errno != 0) {
      return ErrnoError(errno, absl::StrCat("cannot read '", path, "'"));
    }
    std::sort(starts_.begin(), starts_.end(), [this](size_t a, size_t b) {
      return strcmp(&text_[a], &text_[b]) < 0;  // compares unsigned bytes
    });
    return absl::OkStatus();
  }

  size_t size() const { return starts_.size(); }
  const char* name(size_t i) const { return &text_[starts_[i]]; }

 private:
  std::string text_;
  std::vector<size_t> starts_;
};

class Walker {
 public:
  Walker(const std::string& root, TreeFilter keep, TreeVisitor visitor)
      : root_size_(root.size()), source_(root), keep_(keep), visitor_(visitor) {
    entry_.dir_fd = AT_FDCWD;
    entry_.name = root.c_str();
  }

  // Visits the file that entry_.dir_fd and entry_.name lead to.
  absl::Status Visit() {
    const int dir_fd = entry_.dir_fd;
    const char* const name = entry_.name;
    if (fstatat(dir_fd, name, &entry_.st, AT_SYMLINK_NOFOLLOW) != 0) {
      return Error(errno, "read");
    }
    entry_.source = source_;
    entry_.path = source_;
    entry_.path.remove_prefix(std::min(root_size_ + 1, source_.size()));
    switch (entry_.st.st_mode & S_IFMT) {
      case S_IFREG:
        entry_.type = TreeEntry::kFile;
        return visitor_(entry_);
      case S_IFLNK:
        return VisitLink();
      case S_IFDIR:
        return VisitDirectory();
      default:
        return absl::InvalidArgumentError(
            absl::StrCat("'", source_,
                         "': is a socket, a pipe or a device (a pack holds "
                         "directories, files and symbolic links)"));
    }
  }

 private:
  absl::Status Error(int error, absl::string_view act) const {
    return ErrnoError(error, absl::StrCat("cannot ", act, " '", source_, "'"));
  }

  absl::Status VisitLink() {
    char text[PATH_MAX];
    const ssize_t size =
        readlinkat(entry_.dir_fd, entry_.name, text, sizeof(text));
    if (size < 0) return Error(errno, "read");
    entry_.type = TreeEntry::kSymlink;
    entry_.link = absl::string_view(text, size);
    absl::Status status = visitor_(entry_);
    entry_.link = {};
    return status;
  }

  absl::Status VisitDirectory() {
    Fd fd(openat(entry_.dir_fd, entry_.name,
                 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.ok()) return Error(errno, "open");
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(fdopendir(fd.get()),
                                                  closedir);
    if (dir == nullptr) return Error(errno, "read");
    fd.release();  // it is the DIR's now
    const TreeEntry saved = entry_;
    const size_t size = source_.size();
    entry_.type = TreeEntry::kDirectory;
    RELOC_RETURN_IF_ERROR(visitor_(entry_));
    RELOC_RETURN_IF_ERROR(VisitChildren(dir.get()));
    source_.resize(size);
    entry_ = saved;
    entry_.type = TreeEntry::kDirectoryEnd;
    entry_.source = source_;  // it may have moved
    entry_.path = absl::string_view(source_).substr(
        std::min(root_size_ + 1, source_.size()));
    return visitor_(entry_);
  }

  absl::Status VisitChildren(DIR* dir) {
    Names names;
    RELOC_RETURN_IF_ERROR(names.Read(dir, source_));
    const size_t size = source_.size();
    for (size_t i = 0; i < names.size(); ++i) {
      source_.resize(size);
      absl::StrAppend(&source_, "/", names.name(i));
      if (!keep_(absl::string_view(source_).substr(root_size_ + 1))) continue;
      entry_.dir_fd = dirfd(dir);
      entry_.name = names.name(i);
      RELOC_RETURN_IF_ERROR(Visit());
    }
    return absl::OkStatus();
  }

  const size_t root_size_;
  std::string source_;  // the host path of the current file
  TreeFilter keep_;
  TreeVisitor visitor_;
  TreeEntry entry_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ListDirectory(
    const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(path.c_str()),
                                                closedir);
  if (dir == nullptr) {
    return ErrnoError(errno, absl::StrCat("cannot open '", path, "'"));
  }
  Names names;
  RELOC_RETURN_IF_ERROR(names.Read(dir.get(), path));
  std::vector<std::string> list;
  for (size_t i = 0; i < names.size(); ++i) list.emplace_back(names.name(i));
  return list;
}

absl::StatusOr<Fd> OpenTreeEntry(const TreeEntry& entry) {
  Fd fd(openat(entry.dir_fd, entry.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.ok()) {
    return ErrnoError(errno, absl::StrCat("cannot open '", entry.source, "'"));
  }
  return fd;
}

absl::Status WalkTree(const std::string& root, TreeFilter keep,
                      TreeVisitor visitor) {
  return Walker(root, keep, visitor).Visit();
}

}  // namespace relocatable
