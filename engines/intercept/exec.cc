#include "engines/intercept/exec.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sys/mman.h>

#include "engines/intercept/handover.h"
#include "engines/intercept/session.h"
#include "engines/intercept/signals.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtEmptyPath = 0x1000, kAtSymlinkNofollow = 0x100;

// What the program asked for.
struct Request {
  PathRequest path;
  FixedBuffer<64> descriptor_path;  // for fexecve: "/dev/fd/3"
  char* const* argv;
  char* const* envp;
  long keep_fd = -1;  // to be closed by the next stub
};

size_t Count(char* const* words) {
  size_t count = 0;
  while (words != nullptr && words[count] != nullptr) ++count;
  return count;
}

// Room for the argument pointers: on our own stack, where a vfork child leaves
// nothing behind; for long lists in pages of their own.
class Words {
 public:
  explicit Words(size_t capacity) {
    words_ = small_;
    if (capacity <= kSmall) return;
    size_ = capacity * sizeof(const char*);
    const long map = Syscall(__NR_mmap, nullptr, size_, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    words_ =
        map < 0 && map > -4096 ? nullptr : reinterpret_cast<const char**>(map);
  }
  ~Words() {
    if (size_ > 0 && words_ != nullptr) Syscall(__NR_munmap, words_, size_);
  }

  bool ok() const { return words_ != nullptr; }
  void Add(const char* word) { words_[count_++] = word; }
  const char* const* data() const { return words_; }

 private:
  static constexpr size_t kSmall = 1024;
  const char* small_[kSmall];
  const char** words_ = nullptr;
  size_t size_ = 0;
  size_t count_ = 0;
};

// The arguments as the program sees them: the innermost script's interpreter
// first, each script after its interpreter's argument (fs/binfmt_script.c).
void AddArguments(const Program& program, const Request& request,
                  const char* path, Words& words) {
  char* const* rest = request.argv;
  if (program.script_count > 0) {
    for (int i = program.script_count; i-- > 0;) {
      const ScriptLine& line = program.scripts[i];
      words.Add(line.interpreter);
      if (line.argument != nullptr) words.Add(line.argument);
    }
    words.Add(path);
    if (rest != nullptr && *rest != nullptr) ++rest;
  } else if (rest == nullptr || *rest == nullptr) {
    words.Add("");  // since Linux 5.18 a program always has an argv[0]
  }
  for (; rest != nullptr && *rest != nullptr; ++rest) words.Add(*rest);
  words.Add(nullptr);
}

__attribute__((noinline)) long ExecStub(const Program& program,
                                        const Request& request) {
  Handover handover;
  handover.floor_is_up = session.has_floor;
  handover.ignored_signals = IgnoredSignals();
  handover.stub = session.stub;
  handover.root = session.view.root;
  handover.mount_count = session.view.mount_count;
  for (uint32_t i = 0; i < session.view.mount_count; ++i) {
    handover.mounts[i] = session.view.mounts[i];
  }
  handover.program_guest = program.guest.str();
  handover.program_host = program.host.str();
  handover.interpreter_host = program.interpreter_host.str();
  handover.execfn = request.path.path;
  handover.close_fd = request.keep_fd;
  FixedBuffer<kHandoverCapacity> text;
  if (!WriteHandover(handover, text)) return -E2BIG;
  Words words(Count(request.argv) + 2 * kMaxScripts + 4);
  if (!words.ok()) return -ENOMEM;
  words.Add(text.c_str());
  AddArguments(program, request, request.path.path, words);
  return Syscall(__NR_execve, session.stub, words.data(), request.envp);
}

// What the kernel runs without us: i386 programs make i386 system calls, which
// the floor lets through.
long ExecNatively(const Program& program, const Request& request) {
  return Syscall(__NR_execve, program.host.c_str(), request.argv, request.envp);
}

// execveat(2) of a descriptor; AT_EXECFN is the same as the kernel's.
int UseDescriptor(long fd, Request& request) {
  request.descriptor_path.Append("/dev/fd/")
      .AppendNumber(static_cast<uint32_t>(fd));
  FixedBuffer<kPathCapacity> guest;
  request.path.path = request.descriptor_path.c_str();
  return GuestOfDirectory(fd, guest) == EBADF ? EBADF : 0;
}

// A file without a name (memfd, deleted) is known by a descriptor only, which
// may be closed by the exec: a copy goes over, for the stub to close.
int KeepDescriptor(Program& program, Request& request) {
  constexpr char kDescriptors[] = "/proc/self/fd/";
  constexpr long kDup = 0, kLowest = 100;  // F_DUPFD
  const Str host = program.host.str();
  if (!bare::StartsWith(host, kDescriptors)) return 0;
  long fd = 0;
  for (size_t i = sizeof(kDescriptors) - 1; i < host.size; ++i) {
    if (host[i] < '0' || host[i] > '9') return 0;
    fd = fd * 10 + (host[i] - '0');
  }
  const long copy = Syscall(__NR_fcntl, fd, kDup, kLowest);
  if (copy < 0) return static_cast<int>(-copy);
  request.keep_fd = copy;
  program.host.Clear();
  program.host.Append(kDescriptors)
      .AppendNumber(static_cast<unsigned long>(copy));
  return 0;
}

int ReadRequest(const Call& call, const SyscallRow& row, Request& request) {
  const PathArgument& path = row.paths[0];
  request.path.path = call.Pointer<const char>(path.path);
  request.argv = call.Pointer<char* const>(row.data);
  request.envp = call.Pointer<char* const>(row.size);
  if (request.path.path == nullptr) return EFAULT;
  long flags = 0;
  if (call.number == __NR_execveat) {
    request.path.dirfd = call.arguments[path.dirfd];
    flags = call.arguments[path.bits];
    if ((flags & ~(kAtEmptyPath | kAtSymlinkNofollow)) != 0) return EINVAL;
  }
  request.path.follow = (flags & kAtSymlinkNofollow) == 0;
  if (request.path.path[0] != '\0') return 0;
  if ((flags & kAtEmptyPath) == 0) return ENOENT;
  return UseDescriptor(request.path.dirfd, request);
}

}  // namespace

long Exec(const Call& call, const SyscallRow& row) {
  Request request;
  if (const int error = ReadRequest(call, row, request)) return -error;
  Program program;
  if (const int error = FindProgram(request.path, program)) return -error;
  if (program.kind == Program::kForeignElf) {
    return ExecNatively(program, request);
  }
  if (const int error = KeepDescriptor(program, request)) return -error;
  const long result = ExecStub(program, request);
  if (request.keep_fd >= 0) Syscall(__NR_close, request.keep_fd);
  return result;
}

}  // namespace relocatable
