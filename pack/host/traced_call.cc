#include "pack/host/traced_call.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/fd.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable {
namespace {

using Registers = user_regs_struct;

constexpr uint64_t kCode64 = 0x33;  // __USER_CS, asm/segment.h

uint64_t Argument(const Registers& r, int8_t number) {
  const uint64_t arguments[] = {r.rdi, r.rsi, r.rdx, r.r10, r.r8, r.r9};
  return number == kNoArgument ? 0 : arguments[number];
}

// As much of it as can be read, up to `size` bytes. Some containers refuse the
// call that is made for this (EPERM, ENOSYS).
size_t ReadMemory(pid_t pid, uint64_t address, char* to, size_t size) {
  const iovec local = {to, size};
  const iovec remote = {reinterpret_cast<void*>(address), size};
  ssize_t got = process_vm_readv(pid, &local, 1, &remote, 1, 0);
  if (got < 0 && errno != EFAULT) {
    const Fd memory(open(absl::StrCat("/proc/", pid, "/mem").c_str(),
                         O_RDONLY | O_CLOEXEC));
    got = pread(memory.get(), to, size, static_cast<off_t>(address));
  }
  return got < 0 ? 0 : got;
}

// The text at the address; "" if there is none. By pages, as the next one may
// not be there.
std::string ReadText(pid_t pid, uint64_t address) {
  constexpr uint64_t kPage = 4096;
  std::string text;
  char buffer[kPage];
  while (text.size() < PATH_MAX) {
    const size_t got =
        ReadMemory(pid, address, buffer, kPage - address % kPage);
    if (got == 0) return "";
    const size_t end = strnlen(buffer, got);
    text.append(buffer, end);
    if (end < got) return text;
    address += got;
  }
  return "";
}

// The text of a link of /proc/PID; "" if it is no path.
std::string ProcLink(pid_t pid, absl::string_view name) {
  char text[PATH_MAX];
  const ssize_t size = readlink(absl::StrCat("/proc/", pid, "/", name).c_str(),
                                text, sizeof(text));
  return size > 0 && text[0] == '/' ? std::string(text, size) : "";
}

// Whether the call opens a file only to write it.
bool OnlyWrites(pid_t pid, const PathArgument& path, uint64_t flags) {
  if (path.effect == Effect::kOpenHow) {
    const uint64_t how = flags;  // struct open_how begins with the flags
    flags = 0;
    ReadMemory(pid, how, reinterpret_cast<char*>(&flags), sizeof(flags));
  }
  return (flags & O_ACCMODE) == O_WRONLY || (flags & O_TRUNC) != 0;
}

bool Makes(pid_t pid, const Registers& registers, const PathArgument& path) {
  switch (path.effect) {
    case Effect::kLook:
    case Effect::kChange:
    case Effect::kAccess:
      return false;
    case Effect::kCreate:
    case Effect::kRemove:
    case Effect::kCreat:
      return true;
    case Effect::kOpen:
    case Effect::kOpenHow:
      return OnlyWrites(pid, path, Argument(registers, path.flags));
  }
  return false;
}

// Where a relative path of the call begins, or "".
std::string Start(pid_t pid, const Registers& registers,
                  const PathArgument& argument) {
  const int directory =
      argument.dirfd == kNoArgument
          ? AT_FDCWD
          : static_cast<int>(Argument(registers, argument.dirfd));
  return ProcLink(pid, directory == AT_FDCWD ? std::string("cwd")
                                             : absl::StrCat("fd/", directory));
}

// The path that an argument means, or "".
std::string PathOf(pid_t pid, const Registers& registers,
                   const PathArgument& argument) {
  const uint64_t address = Argument(registers, argument.path);
  std::string path = address == 0 ? "" : ReadText(pid, address);
  if (path.empty()) return "";
  if (path[0] != '/') {
    const std::string start = Start(pid, registers, argument);
    if (start.empty()) return "";
    path = absl::StrCat(start, "/", path);
  }
  std::string clean;
  for (absl::string_view name : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (name != ".") absl::StrAppend(&clean, "/", name);
  }
  return clean.empty() ? "/" : clean;
}

}  // namespace

std::vector<CallPath> PathsOfCall(pid_t pid) {
  std::vector<CallPath> paths;
  Registers registers;
  // At the beginning of a call rax is -ENOSYS.
  if (ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0 ||
      registers.cs != kCode64 ||
      registers.rax != static_cast<uint64_t>(-ENOSYS)) {
    return paths;
  }
  const SyscallRow* const row =
      FindSyscall(static_cast<long>(registers.orig_rax));
  if (row == nullptr) return paths;
  for (const PathArgument& argument : row->paths) {
    if (argument.path == kNoArgument) break;
    std::string path = PathOf(pid, registers, argument);
    if (path.empty() || ProcLink(pid, "root") != "/") continue;
    paths.push_back({.path = std::move(path),
                     .executed = row->handling == Handling::kExec,
                     .makes = Makes(pid, registers, argument)});
  }
  return paths;
}

}  // namespace relocatable
