#include "base/subprocess.h"

#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/fd.h"

namespace relocatable {
namespace {

struct Pipe {
  Fd read, write;
  Pipe() {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) == 0) {
      read = Fd(fds[0]);
      write = Fd(fds[1]);
    }
  }
};

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& s : strings) {
    pointers.push_back(const_cast<char*>(s.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Every signal as a shell's child has it: what starts the tests ignores some,
// also the two that glibc keeps for itself (32, 33), which sigaction(2)
// refuses.
void ResetSignals() {
  const struct {
    void* handler;
    unsigned long flags;
    void* restorer;
    unsigned long mask;
  } by_default = {};
  for (int signal = 1; signal <= 64; ++signal) {
    syscall(SYS_rt_sigaction, signal, &by_default, nullptr, 8);
  }
}

[[noreturn]] void Become(const std::vector<std::string>& argv,
                         const RunOptions& options) {
  ResetSignals();
  const uid_t uid = geteuid() == 0 ? options.uid : 0;
  if (uid != 0 &&
      (setgroups(0, nullptr) != 0 || setresgid(uid, uid, uid) != 0 ||
       setresuid(uid, uid, uid) != 0)) {
    dprintf(2, "cannot become uid %u: %s\n", uid, strerror(errno));
    _exit(127);
  }
  if (!options.cwd.empty() && chdir(options.cwd.c_str()) != 0) {
    dprintf(2, "cannot chdir to '%s': %s\n", options.cwd.c_str(),
            strerror(errno));
    _exit(127);
  }
  if (options.before_exec) options.before_exec();
  std::vector<char*> args = Pointers(argv);
  if (options.set_env) {
    execvpe(args[0], args.data(), Pointers(options.env).data());
  } else {
    execvp(args[0], args.data());
  }
  dprintf(2, "cannot run '%s': %s\n", args[0], strerror(errno));
  _exit(127);
}

int64_t NowMilliseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1000} + now.tv_nsec / 1000000;
}

// Feeds `input` and collects both outputs until all three ends are closed.
// False if `seconds` passed before that.
bool Converse(Fd in, Fd out, Fd err, const std::string& input, int seconds,
              Finished& result) {
  const int64_t end = NowMilliseconds() + seconds * int64_t{1000};
  size_t sent = 0;
  while (in.ok() || out.ok() || err.ok()) {
    if (in.ok() && sent == input.size()) in = Fd();
    pollfd polls[] = {
        {in.get(), POLLOUT, 0}, {out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}};
    const int64_t left = seconds == 0 ? -1 : end - NowMilliseconds();
    if (seconds != 0 && left <= 0) return false;
    if (poll(polls, 3, static_cast<int>(left)) < 0) {
      if (errno == EINTR) continue;
      break;
    }
    if (polls[0].revents != 0) {
      // POLLOUT promises room for PIPE_BUF bytes; a larger write could wait for
      // a program that waits for us to read.
      const ssize_t put =
          write(in.get(), input.data() + sent,
                std::min<size_t>(input.size() - sent, PIPE_BUF));
      if (put < 0) in = Fd();
      if (put > 0) sent += put;
    }
    const auto drain = [](Fd& fd, short revents, std::string& to) {
      if (revents == 0) return;
      char buffer[65536];
      const ssize_t got = read(fd.get(), buffer, sizeof(buffer));
      if (got <= 0) fd = Fd();
      if (got > 0) to.append(buffer, got);
    };
    drain(out, polls[1].revents, result.out);
    drain(err, polls[2].revents, result.err);
  }
  return true;
}

}  // namespace

Finished RunProgram(const std::vector<std::string>& argv,
                    const RunOptions& options) {
  Finished result;
  Pipe in, out, err;
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(in.read.get(), 0);
    dup2(out.write.get(), 1);
    dup2(err.write.get(), 2);
    Become(argv, options);
  }
  if (pid < 0) {
    result.err = "cannot fork: " + std::string(strerror(errno));
    return result;
  }
  in.read = Fd();
  out.write = Fd();
  err.write = Fd();
  // A program that does not read its input must not kill the test.
  void (*old)(int) = signal(SIGPIPE, SIG_IGN);
  if (!Converse(std::move(in.write), std::move(out.read), std::move(err.read),
                options.input, options.timeout_seconds, result)) {
    kill(pid, SIGKILL);
    result.err += "\n(killed: it did not end in " +
                  std::to_string(options.timeout_seconds) + " seconds)\n";
  }
  signal(SIGPIPE, old);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.status =
      WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

}  // namespace relocatable
