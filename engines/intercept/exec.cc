#include "engines/intercept/exec.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/handover.h"
#include "engines/intercept/session.h"
#include "engines/intercept/signals.h"
#include "engines/intercept/start_door.h"
#include "engines/intercept/trace_me.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100, kAtEmptyPath = 0x1000,
               kAtSymlinkNofollow = 0x100;

// What the program asked for.
struct Request {
  PathRequest path;
  bool by_descriptor = false;  // fexecve: path.dirfd is the file itself
  // The name the kernel gives what is started: AT_EXECFN, and a script's name
  // for its interpreter. For a file found from a descriptor "/dev/fd/3" or
  // "/dev/fd/3/name" (fs/exec.c, alloc_bprm).
  const char* filename = nullptr;
  FixedBuffer<kPathCapacity> descriptor_name;
  // That name will not be there after the exec.
  bool closes = false;
  char* const* argv = nullptr;
  char* const* envp = nullptr;
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
  const char** data() { return words_; }

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
                  Words& words) {
  char* const* rest = request.argv;
  if (program.script_count > 0) {
    for (int i = program.script_count; i-- > 0;) {
      const ScriptLine& line = program.scripts[i];
      words.Add(line.interpreter);
      if (line.argument != nullptr) words.Add(line.argument);
    }
    words.Add(request.filename);
    if (rest != nullptr && *rest != nullptr) ++rest;
  } else if (rest == nullptr || *rest == nullptr) {
    words.Add("");  // since Linux 5.18 a program always has an argv[0]
  }
  for (; rest != nullptr && *rest != nullptr; ++rest) words.Add(*rest);
  words.Add(nullptr);
}

// Whether the kernel names a process started by fexecve after the file, as it
// does since Linux 6.14, not after the descriptor's number.
bool NamesByFile() {
  struct {
    char system[65], node[65], release[65], rest[3 * 65];
  } uts;
  if (Syscall(__NR_uname, &uts) != 0) return false;
  unsigned long number[2] = {};
  const char* p = uts.release;
  for (unsigned long& n : number) {
    while (*p >= '0' && *p <= '9') {
      n = n * 10 + static_cast<unsigned long>(*p++ - '0');
    }
    if (*p == '.') ++p;
  }
  return number[0] > 6 || (number[0] == 6 && number[1] >= 14);
}

// The new process's name, /proc/self/comm.
Str CommOf(const Program& program, const Request& request) {
  if (!request.by_descriptor || !NamesByFile()) {
    return bare::BaseName(request.filename);
  }
  const Str deleted(" (deleted)");
  Str name = bare::BaseName(program.guest.str());
  if (bare::EndsWith(name, deleted)) {
    name = name.First(name.size - deleted.size);
  }
  return name;
}

// A binary that is a stub itself needs no other.
__attribute__((noinline)) long ExecStub(const Program& program,
                                        const Request& request,
                                        bool holds_exec_trap) {
  const char* const stub =
      program.kind == Program::kStub ? program.host.c_str() : session.stub;
  Handover handover;
  handover.floor = session.floor;
  handover.ignored_signals = IgnoredSignals();
  handover.holds_exec_trap = holds_exec_trap;
  handover.stub = stub;
  handover.twin_cache = session.twin_cache;
  handover.payload = session.payload;
  handover.root = session.view.root;
  AddMounts(session.view, handover);
  handover.program_guest = program.guest.str();
  handover.program_host = program.host.str();
  handover.interpreter_host = program.interpreter_host.str();
  handover.execfn = request.filename;
  handover.comm = CommOf(program, request);
  handover.kept_fd = program.kept_fd;
  FixedBuffer<kHandoverCapacity> text;
  if (!WriteHandover(handover, text)) return -E2BIG;
  Words words(kWordsBeforeArguments + Count(request.argv) + 2 * kMaxScripts +
              4);
  if (!words.ok()) return -ENOMEM;
  for (size_t i = 0; i < kWordsBeforeArguments; ++i) words.Add(nullptr);
  AddArguments(program, request, words);
  BeginToBeTraced();
  return ExecProgramOfView(program,
                           holds_exec_trap ? Doors::kStubOnly : Doors::kBoth,
                           stub, text.c_str(), words.data(), request.envp);
}

long ExecStub(const Program& program, const Request& request) {
  const bool holds_exec_trap = HoldExecTrap();
  const long result = ExecStub(program, request, holds_exec_trap);
  if (holds_exec_trap) UnblockExecTrap();
  return result;
}

__attribute__((noinline)) long ExecNatively(const Program& program,
                                            const Request& request) {
  Words words(Count(request.argv) + 2 * kMaxScripts + 4);
  if (!words.ok()) return -ENOMEM;
  AddArguments(program, request, words);
  BeginToBeTraced();
  return Syscall(__NR_execve, program.host.c_str(), words.data(), request.envp);
}

bool ClosesOnExec(long fd) {
  constexpr long kGetFd = 1;  // F_GETFD; its one flag is FD_CLOEXEC
  return Syscall(__NR_fcntl, fd, kGetFd) == 1;
}

void NameByDescriptor(Request& request) {
  request.descriptor_name.Append("/dev/fd/")
      .AppendNumber(static_cast<uint32_t>(request.path.dirfd));
  if (!request.by_descriptor) {
    request.descriptor_name.Append("/").Append(request.path.path);
  }
  request.filename = request.descriptor_name.c_str();
  request.closes = ClosesOnExec(request.path.dirfd);
}

int ReadRequest(const Call& call, const SyscallRow& row, Request& request) {
  const PathArgument& path = row.paths[0];
  request.path.path = request.filename = call.Pointer<const char>(path.path);
  request.argv = call.Pointer<char* const>(row.data);
  request.envp = call.Pointer<char* const>(row.size);
  if (request.path.path == nullptr) return EFAULT;
  long flags = 0;
  if (call.number == __NR_execveat) {
    request.path.dirfd = static_cast<int>(call.arguments[path.dirfd]);
    flags = call.arguments[path.bits];
    if ((flags & ~(kAtEmptyPath | kAtSymlinkNofollow)) != 0) return EINVAL;
  }
  request.path.follow = (flags & kAtSymlinkNofollow) == 0;
  const bool empty = request.path.path[0] == '\0';
  if (empty && (flags & kAtEmptyPath) == 0) return ENOENT;
  request.by_descriptor = empty && request.path.dirfd != kAtFdcwd;
  if (request.path.dirfd != kAtFdcwd && request.path.path[0] != '/') {
    NameByDescriptor(request);
  }
  return request.descriptor_name.overflow() ? ENAMETOOLONG : 0;
}

}  // namespace

long Exec(const Call& call, const SyscallRow& row) {
  Request request;
  if (const int error = ReadRequest(call, row, request)) return -error;
  Program program;
  const int error = request.by_descriptor
                        ? FindProgramOf(request.path.dirfd, program)
                        : FindProgram(request.path, program);
  if (error != 0) return -error;
  // A script's interpreter could not open it (fs/binfmt_script.c).
  long result = -ENOENT;
  if (program.script_count == 0 || !request.closes) {
    result = program.RunsNatively() ? ExecNatively(program, request)
                                    : ExecStub(program, request);
  }
  if (program.kept_fd >= 0) Syscall(__NR_close, program.kept_fd);
  return result;
}

}  // namespace relocatable
