#include "pack/nar.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

constexpr size_t kBufferSize = 256 * 1024;
constexpr char kZeros[8] = {};

class NarWriter {
 public:
  explicit NarWriter(NarSink sink) : sink_(sink) { Put("nix-archive-1"); }

  absl::Status Visit(const TreeEntry& entry) {
    if (entry.type == TreeEntry::kDirectoryEnd) {
      Put(")");
      if (!entry.path.empty()) Put(")");
      return absl::OkStatus();
    }
    if (!entry.path.empty()) {
      Put("entry");
      Put("(");
      Put("name");
      Put(entry.path.substr(entry.path.rfind('/') + 1));
      Put("node");
    }
    Put("(");
    Put("type");
    if (entry.type == TreeEntry::kDirectory) {
      Put("directory");
      return absl::OkStatus();
    }
    if (entry.type == TreeEntry::kSymlink) {
      Put("symlink");
      Put("target");
      Put(entry.link);
    } else {
      RELOC_RETURN_IF_ERROR(PutFile(entry));
    }
    Put(")");
    if (!entry.path.empty()) Put(")");
    return absl::OkStatus();
  }

 private:
  // Numbers are 64 bits, little-endian; a string is its size and its bytes,
  // filled up with zeros to a multiple of eight.
  void PutSize(uint64_t size) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(size >> (8 * i));
    sink_(absl::string_view(bytes, 8));
  }

  void PutPadding(uint64_t size) {
    sink_(absl::string_view(kZeros, (8 - size % 8) % 8));
  }

  void Put(absl::string_view text) {
    PutSize(text.size());
    sink_(text);
    PutPadding(text.size());
  }

  absl::Status PutFile(const TreeEntry& entry) {
    Put("regular");
    if ((entry.st.st_mode & S_IXUSR) != 0) {
      Put("executable");
      Put("");
    }
    Put("contents");
    RELOC_ASSIGN_OR_RETURN(const Fd fd, OpenTreeEntry(entry));
    const uint64_t size = entry.st.st_size;
    PutSize(size);
    uint64_t done = 0;
    while (true) {
      const ssize_t got = read(fd.get(), buffer_.get(), kBufferSize);
      if (got == 0) break;
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        return ErrnoError(errno,
                          absl::StrCat("cannot read '", entry.source, "'"));
      }
      sink_(absl::string_view(buffer_.get(), got));
      done += got;
    }
    if (done != size) {
      return absl::AbortedError(
          absl::StrCat("'", entry.source, "': changed while it was read (",
                       done, " bytes, ", size, " expected)"));
    }
    PutPadding(size);
    return absl::OkStatus();
  }

  NarSink sink_;
  const std::unique_ptr<char[]> buffer_{new char[kBufferSize]};
};

}  // namespace

absl::Status WriteNar(const std::string& root, TreeFilter keep, NarSink sink) {
  NarWriter writer(sink);
  return WalkTree(root, keep, [&writer](const TreeEntry& entry) {
    return writer.Visit(entry);
  });
}

}  // namespace relocatable
