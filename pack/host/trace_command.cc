#include "pack/host/trace_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/status_macros.h"
#include "pack/host/traced_call.h"

namespace relocatable {
namespace {

constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
                          PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                          PTRACE_O_TRACEEXEC;
constexpr int kSyscallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

bool Exists(const std::string& path) {
  struct stat st;
  return lstat(path.c_str(), &st) == 0;
}

struct Pipe {
  Fd read, write;
  bool Open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    read = Fd(ends[0]);
    write = Fd(ends[1]);
    return true;
  }
};

// Interrupts from the terminal are ignored as long as it lives.
class IgnoreInterrupts {
 public:
  IgnoreInterrupts() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    for (int i = 0; i < 2; ++i) sigaction(kSignals[i], &ignore, &before_[i]);
  }
  ~IgnoreInterrupts() {
    for (int i = 0; i < 2; ++i) sigaction(kSignals[i], &before_[i], nullptr);
  }

 private:
  static constexpr int kSignals[2] = {SIGINT, SIGQUIT};
  struct sigaction before_[2];
};

// In the child: waits until it is traced, and becomes the command. Tells why
// not by an errno.
[[noreturn]] void BecomeCommand(const std::vector<std::string>& argv,
                                int output, Pipe& go, Pipe& error) {
  std::vector<char*> words;
  for (const std::string& word : argv) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  go.write = Fd();
  char byte;
  if (read(go.read.get(), &byte, 1) != 1) _exit(1);
  if (output != STDOUT_FILENO) dup2(output, STDOUT_FILENO);
  execvp(words[0], words.data());
  const int why = errno;
  if (write(error.write.get(), &why, sizeof(why)) < 0) _exit(1);
  _exit(127);
}

// A thread's: the kernel lets go of its tracees when it ends.
class Tracer {
 public:
  absl::StatusOr<Trace> Run(const std::vector<std::string>& argv, int output) {
    Pipe go, error;
    if (!go.Open() || !error.Open()) return Cannot("run", argv[0], errno);
    const pid_t command = fork();
    if (command < 0) return Cannot("run", argv[0], errno);
    if (command == 0) BecomeCommand(argv, output, go, error);
    const IgnoreInterrupts ignore;
    go.read = Fd();
    error.write = Fd();
    // The stop by PTRACE_INTERRUPT is the first that Follow() sees.
    if (ptrace(PTRACE_SEIZE, command, nullptr, kOptions) != 0 ||
        ptrace(PTRACE_INTERRUPT, command, nullptr, nullptr) != 0) {
      const int why = errno;
      go.write = Fd();
      waitpid(command, nullptr, 0);
      return Cannot("trace", argv[0], why);
    }
    if (write(go.write.get(), "", 1) != 1) {
      return Cannot("run", argv[0], errno);
    }
    RELOC_RETURN_IF_ERROR(Follow(command));
    int why = 0;
    if (read(error.read.get(), &why, sizeof(why)) == sizeof(why)) {
      return Cannot("run", argv[0], why);
    }
    return std::move(trace_);
  }

 private:
  static absl::Status Cannot(absl::string_view act, absl::string_view command,
                             int error) {
    return ErrnoError(
        error, absl::StrCat("--trace: cannot ", act, " '", command, "'"));
  }

  // Until the command ends.
  absl::Status Follow(pid_t command) {
    while (true) {
      int status = 0;
      const pid_t pid = waitpid(-1, &status, __WALL | __WNOTHREAD);
      if (pid < 0 && errno == EINTR) continue;
      if (pid < 0) return ErrnoError(errno, "--trace: cannot wait");
      if (WIFSTOPPED(status)) {
        Stopped(pid, WSTOPSIG(status), status >> 16);
      } else if (pid == command) {
        trace_.status = status;
        return absl::OkStatus();
      }
    }
  }

  // A tracee that is killed meanwhile is gone (ESRCH): its end is reported.
  void Stopped(pid_t pid, int signal, int event) {
    if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
      ptrace(PTRACE_LISTEN, pid, nullptr, nullptr);
      return;
    }
    if (signal == kSyscallStop) {
      for (CallPath& path : PathsOfCall(pid)) Note(std::move(path));
    }
    const long deliver = event != 0 || signal == kSyscallStop ? 0 : signal;
    ptrace(PTRACE_SYSCALL, pid, nullptr, deliver);
  }

  void Note(CallPath named) {
    const auto [place, is_new] =
        places_.emplace(named.path, trace_.files.size());
    if (is_new && named.makes) {
      place->second = kMade;
    } else if (is_new) {
      const bool found = Exists(named.path);
      trace_.files.push_back({std::move(named.path), named.executed, found});
    } else if (place->second != kMade) {
      trace_.files[place->second].executed |= named.executed;
    }
  }

  static constexpr size_t kMade = ~size_t{0};  // by the command itself
  Trace trace_;
  absl::flat_hash_map<std::string, size_t> places_;  // in trace_.files
};

}  // namespace

absl::StatusOr<Trace> TraceCommand(const std::vector<std::string>& argv,
                                   int output) {
  absl::StatusOr<Trace> trace = absl::UnknownError("");
  std::thread([&] { trace = Tracer().Run(argv, output); }).join();
  return trace;
}

}  // namespace relocatable
