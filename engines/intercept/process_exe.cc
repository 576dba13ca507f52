#include "engines/intercept/process_exe.h"

#include <asm/unistd.h>
#include <elf.h>

#include "base/bare/syscall.h"
#include "engines/intercept/session.h"
#include "engines/view/map.h"
#include "engines/view/resolve.h"
#include "engines/view/view.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;

// A file of /proc/WHO, read piece by piece.
class ProcFile {
 public:
  ProcFile(Str who, const char* name) {
    FixedBuffer<64> path;
    path.Append("/proc/").Append(who).Append("/").Append(name);
    constexpr long kCloexec = 02000000;
    fd_ = Syscall(__NR_openat, kAtFdcwd, path.c_str(), kCloexec);
  }
  ~ProcFile() {
    if (fd_ >= 0) Syscall(__NR_close, fd_);
  }

  // The next byte, or -1.
  int Next() {
    if (at_ == size_) {
      size_ = fd_ < 0 ? 0 : Syscall(__NR_read, fd_, bytes_, sizeof(bytes_));
      at_ = 0;
      if (size_ <= 0) return size_ = 0, -1;
    }
    return bytes_[at_++];
  }
  bool Read(void* to, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      const int byte = Next();
      if (byte < 0) return false;
      static_cast<unsigned char*>(to)[i] = static_cast<unsigned char>(byte);
    }
    return true;
  }

 private:
  long fd_;
  long at_ = 0, size_ = 0;
  unsigned char bytes_[1024];
};

uint64_t ProgramHeadersOf(Str who) {
  ProcFile auxv(who, "auxv");
  Elf64_auxv_t entry;
  while (auxv.Read(&entry, sizeof(entry)) && entry.a_type != AT_NULL) {
    if (entry.a_type == AT_PHDR) return entry.a_un.a_val;
  }
  return 0;
}

// A hexadecimal number and the character behind it.
uint64_t ReadHex(ProcFile& file, int& behind) {
  uint64_t value = 0;
  while (true) {
    behind = file.Next();
    const bool is_digit = behind >= '0' && behind <= '9';
    if (!is_digit && (behind < 'a' || behind > 'f')) return value;
    value = value * 16 +
            static_cast<uint64_t>(behind - (is_digit ? '0' : 'a' - 10));
  }
}

// The file that is mapped at `address`, by /proc/WHO/maps (proc(5)).
bool FindMapped(Str who, uint64_t address, Buffer& host) {
  ProcFile maps(who, "maps");
  while (true) {
    int c;
    const uint64_t begin = ReadHex(maps, c);
    if (c != '-') return false;
    const uint64_t end = ReadHex(maps, c);
    const bool is_it = address >= begin && address < end;
    while (c >= 0 && c != '\n' && c != '/') c = maps.Next();
    for (; c >= 0 && c != '\n'; c = maps.Next()) {
      const char byte = static_cast<char>(c);
      if (is_it) host.Append(Str(&byte, 1));
    }
    if (is_it) {
      return !host.str().empty() && !host.overflow() &&
             !bare::EndsWith(host.str(), " (deleted)");
    }
  }
}

bool RunsThisBinary(Str exe) {
  char text[kPathCapacity];
  const long size =
      Syscall(__NR_readlinkat, kAtFdcwd, exe.data, text, sizeof(text));
  return size > 0 && Str(text, static_cast<size_t>(size)) == session.stub;
}

bool IsNumber(Str text) {
  for (size_t i = 0; i < text.size; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  return !text.empty();
}

bool IsSelf(Str who) {
  if (who == "self" || who == "thread-self") return true;
  FixedBuffer<32> pid;
  pid.AppendNumber(static_cast<unsigned long>(Syscall(__NR_getpid)));
  return who == pid.str();
}

}  // namespace

bool FindProcessExe(Str path, Buffer& guest, Buffer& host) {
  const Str proc("/proc/"), exe("/exe");
  if (!bare::StartsWith(path, proc) || !bare::EndsWith(path, exe) ||
      path.size <= proc.size + exe.size) {
    return false;
  }
  const Str who(path.data + proc.size, path.size - proc.size - exe.size);
  guest.Clear();
  host.Clear();
  if (IsSelf(who)) {
    host.Append(session.program_host);
    guest.Append(session.program_guest);
    return true;
  }
  if (!IsNumber(who) || !RunsThisBinary(path)) return false;
  const uint64_t headers = ProgramHeadersOf(who);
  return headers != 0 && FindMapped(who, headers, host) &&
         !(host.str() == session.stub) &&
         GuestOf(session.view, host.str(), guest);
}

}  // namespace relocatable
