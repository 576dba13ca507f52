// elf/fake_tree.h - a tree of files made in a test.
//
//   FakeTree tree;
//   tree.AddFile("/lib/liba.so", bytes);
//   tree.AddLink("/lib/libb.so", "liba.so");
#ifndef ELF_FAKE_TREE_H_
#define ELF_FAKE_TREE_H_

#include <cerrno>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "elf/byte_source.h"
#include "elf/file_tree.h"

namespace relocatable {

class FakeTree final : public FileTree {
 public:
  FakeTree() { Add("/", FileNode::Kind::kDirectory); }

  // Folders on the way are made.
  void AddFile(const std::string& path, const std::string& bytes) {
    Add(path, FileNode::Kind::kFile).bytes = bytes;
    entries_[path].node.executable = true;
  }
  void AddLink(const std::string& path, const std::string& target) {
    Add(path, FileNode::Kind::kLink).node.target = target;
  }
  void AddFolder(const std::string& path) {
    Add(path, FileNode::Kind::kDirectory);
  }
  // Another name for the same file.
  void AddHardLink(const std::string& path, const std::string& old) {
    Add(path, FileNode::Kind::kFile);
    entries_[path] = entries_[old];
  }
  // From now on looking at `path` fails so.
  void Break(const std::string& path, int error) {
    Add(path, FileNode::Kind::kOther).error = error;
  }

 protected:
  absl::StatusOr<FileNode> Look(const std::string& path) const override {
    RELOC_ASSIGN_OR_RETURN(const Entry entry, Find(path));
    return entry.node;
  }
  absl::StatusOr<std::unique_ptr<ByteSource>> OpenHere(
      const std::string& path) const override {
    RELOC_ASSIGN_OR_RETURN(const Entry entry, Find(path));
    if (entry.node.kind != FileNode::Kind::kFile) {
      return absl::FailedPreconditionError(
          absl::StrCat("'", path, "': is a directory"));
    }
    return MemorySource(entry.bytes);
  }
  std::string HostPathHere(const std::string& path) const override {
    return absl::StrCat("/fake", path);
  }

 private:
  struct Entry {
    FileNode node;
    std::string bytes;
    int error = 0;
  };

  Entry& Add(const std::string& path, FileNode::Kind kind) {
    if (path != "/" && entries_.count(Dirname(path)) == 0) {
      Add(Dirname(path), FileNode::Kind::kDirectory);
    }
    Entry& entry = entries_[path];
    entry.node.kind = kind;
    entry.node.inode = entries_.size();
    return entry;
  }
  absl::StatusOr<Entry> Find(const std::string& path) const {
    const auto entry = entries_.find(path);
    if (entry == entries_.end()) {
      const auto parent = entries_.find(Dirname(path));
      const bool in_a_file = parent != entries_.end() &&
                             parent->second.node.kind == FileNode::Kind::kFile;
      return ErrnoError(in_a_file ? ENOTDIR : ENOENT,
                        absl::StrCat("'", path, "'"));
    }
    if (entry->second.error != 0) {
      return ErrnoError(entry->second.error, absl::StrCat("'", path, "'"));
    }
    return entry->second;
  }

  std::map<std::string, Entry> entries_;
};

}  // namespace relocatable

#endif  // ELF_FAKE_TREE_H_
