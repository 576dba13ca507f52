// proc_pid_mountinfo(5): one line per mount, its mount point the fifth field,
// with space, tab, newline and backslash written in octal.
#include "engines/userns/submounts.h"

#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/userns/descriptors.h"

namespace relocatable::userns {
namespace {

using bare::Str;
using bare::Syscall;

// Room for a path in which every byte is escaped.
using EscapedPath = bare::FixedBuffer<4 * PATH_MAX>;

void AppendEscaped(Str path, EscapedPath& escaped) {
  for (size_t i = 0; i < path.size; ++i) {
    switch (path[i]) {
      case ' ':
        escaped.Append("\\040");
        break;
      case '\t':
        escaped.Append("\\011");
        break;
      case '\n':
        escaped.Append("\\012");
        break;
      case '\\':
        escaped.Append("\\134");
        break;
      default:
        escaped.Append(path.From(i).First(1));
    }
  }
}

// The directory's path as mountinfo would write it: without links.
bool Locate(const char* directory, EscapedPath& escaped) {
  const long fd = OpenFile(directory, O_PATH);
  if (fd < 0) return false;
  bare::FixedBuffer<64> link;
  link.Append("/proc/self/fd/").AppendNumber(fd);
  char path[PATH_MAX];
  const long size =
      Syscall(__NR_readlinkat, AT_FDCWD, link.c_str(), path, sizeof(path));
  CloseFile(fd);
  if (size <= 0) return false;
  AppendEscaped(Str(path, size), escaped);
  return true;
}

// Looks for a fifth field that begins with `wanted` in text that comes in
// pieces.
class FieldSearch {
 public:
  explicit FieldSearch(Str wanted) : wanted_(wanted) {}

  bool FoundIn(Str piece) {
    for (size_t i = 0; i < piece.size; ++i) {
      if (Take(piece[i])) return true;
    }
    return false;
  }

 private:
  bool Take(char c) {
    if (c == '\n' || c == ' ') {
      field_ = c == '\n' ? 0 : field_ + 1;
      matched_ = 0;
    } else if (field_ == 4 && matched_ != kDiffers) {
      matched_ = c == wanted_[matched_] ? matched_ + 1 : kDiffers;
    }
    return matched_ == wanted_.size;
  }

  static constexpr size_t kDiffers = bare::kNotFound;
  Str wanted_;
  int field_ = 0;
  size_t matched_ = 0;
};

}  // namespace

bool MayHaveSubmounts(const char* directory) {
  EscapedPath inside;
  if (!Locate(directory, inside)) return true;
  inside.Append("/");
  const long fd = OpenFile("/proc/self/mountinfo", O_RDONLY);
  if (fd < 0) return true;
  FieldSearch search(inside.str());
  char piece[4096];
  long size;
  bool found = false;
  while (!found && (size = Syscall(__NR_read, fd, piece, sizeof(piece))) > 0) {
    found = search.FoundIn(Str(piece, size));
  }
  CloseFile(fd);
  return found || size < 0;
}

}  // namespace relocatable::userns
