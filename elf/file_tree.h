// elf/file_tree.h - files by the paths a program will use, wherever they lie.
//
// A program in a pack says /gnu/store/…; the file is at PACK/root/gnu/store/….
// Everything in elf/ that looks for files does it through this class, so that
// one library search serves the host, a pack, and tests (fake_tree.h).
//
// Paths are absolute guest paths (a relative one is taken from the root).
// Symbolic links are followed here, not by the kernel: their targets are guest
// paths too, and `..` never leaves the root. A tree must not change while it is
// in use: folders are looked up once.
#ifndef ELF_FILE_TREE_H_
#define ELF_FILE_TREE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "elf/byte_source.h"

namespace relocatable {

struct FileNode {
  enum class Kind { kFile, kDirectory, kLink, kOther };
  Kind kind = Kind::kFile;
  std::string target;       // of a link
  bool executable = false;  // a file with an x bit (root may start it too then)
  // Equal for two names of one file.
  uint64_t device = 0, inode = 0;
};

class FileTree {
 public:
  virtual ~FileTree() = default;

  // `path` without links, `.` and `..`, as realpath(3) says it. Errors have the
  // code and the words of open(2), and name the component that is at fault:
  // kNotFound "'/usr/lib': No such file or directory"; the 41st link is ELOOP.
  absl::StatusOr<std::string> Resolve(const std::string& path) const;

  // What is at `path`, links followed.
  absl::StatusOr<FileNode> Stat(const std::string& path) const;

  bool IsDirectory(const std::string& path) const;

  absl::StatusOr<std::unique_ptr<ByteSource>> Open(
      const std::string& path) const;

  // Where the kernel knows what is at `path`, links followed.
  absl::StatusOr<std::string> HostPath(const std::string& path) const;

 protected:
  // For all three, every component but the last is a folder and no link.
  virtual absl::StatusOr<FileNode> Look(const std::string& path) const = 0;
  virtual absl::StatusOr<std::unique_ptr<ByteSource>> OpenHere(
      const std::string& path) const = 0;
  virtual std::string HostPathHere(const std::string& path) const = 0;

 private:
  absl::StatusOr<std::string> ResolveFrom(const std::string& path,
                                          int* links) const;

  mutable std::map<std::string, std::string> folders_;  // resolved already
};

// Host folder (or file) `host` appears at `guest`.
struct TreeMount {
  std::string guest, host;
};

// The host's files under other names. The deepest guest path wins, of equal
// ones the last; folders on the way to a guest path exist even if no mount has
// them.
//   HostTree()                                 the host as it is
//   HostTree({TreeMount{"/", "/tmp/p/root"}})  inside a pack
class HostTree final : public FileTree {
 public:
  HostTree() : HostTree({TreeMount{"/", "/"}}) {}
  explicit HostTree(std::vector<TreeMount> mounts);

 protected:
  absl::StatusOr<FileNode> Look(const std::string& path) const override;
  absl::StatusOr<std::unique_ptr<ByteSource>> OpenHere(
      const std::string& path) const override;
  std::string HostPathHere(const std::string& path) const override;

 private:
  std::vector<TreeMount> mounts_;  // deepest first, no slash at the end
};

// `path` made absolute: seen from the folder `cwd`.
std::string Absolute(const std::string& cwd, const std::string& path);

// "/a/b" -> "/a", "/a" -> "/", "a" -> ".".
std::string Dirname(const std::string& path);

}  // namespace relocatable

#endif  // ELF_FILE_TREE_H_
