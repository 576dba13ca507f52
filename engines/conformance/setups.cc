#include "engines/conformance/setups.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace relocatable::setups {
namespace {

// A set-up that did not happen must not look like a case that passed.
void Must(bool done, const char* what) {
  if (done) return;
  dprintf(2, "conformance: cannot %s: %s\n", what, strerror(errno));
  _exit(125);
}

void Limit(int resource, rlim_t soft, rlim_t hard) {
  const rlimit limit = {soft, hard};
  Must(setrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0,
       "set a limit");
}

void MakeFile() {
  const int fd = open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  Must(fd >= 0, "make a file");
  close(fd);
}

void Enter(const char* name) {
  Must(mkdir(name, 0755) == 0 && chdir(name) == 0, "make a directory");
}

}  // namespace

void CloseInput() { close(0); }
void CloseOutput() { close(1); }
void CloseAll() {
  Must(dup2(1, 3) == 3, "move standard output");
  for (int fd = 0; fd < 3; ++fd) close(fd);
}

void OpenMany() {
  const int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  Must(fd >= 0 && lseek(fd, 5, SEEK_SET) == 5, "open a file");
  for (int number : {3, 9, 200, 999}) Must(dup2(fd, number) == number, "dup");
  Must(fcntl(open("/dev/null", O_RDWR | O_CLOEXEC), F_DUPFD, 300) == 300,
       "open a device");
  Must(fcntl(open("/etc", O_PATH | O_CLOEXEC), F_DUPFD, 301) == 301,
       "open a directory");
  int ends[2];
  Must(pipe2(ends, O_NONBLOCK) == 0, "make a pipe");
  Must(fcntl(fd, F_DUPFD_CLOEXEC, 400) == 400, "duplicate a descriptor");
}

void FewDescriptors() { Limit(RLIMIT_NOFILE, 16, 16); }

void UnusualState() {
  umask(0137);
  for (int number : {SIGINT, SIGHUP, SIGUSR2, SIGCHLD}) {
    signal(number, SIG_IGN);
  }
  sigset_t blocked;
  sigemptyset(&blocked);
  for (int number : {SIGTERM, SIGWINCH, SIGRTMIN + 3}) {
    sigaddset(&blocked, number);
  }
  Must(sigprocmask(SIG_SETMASK, &blocked, nullptr) == 0, "block signals");
  raise(SIGTERM);  // pending; survives an exec
  Limit(RLIMIT_NOFILE, 500, 1000);
  Limit(RLIMIT_STACK, 4 << 20, 64 << 20);
  Must(setpriority(PRIO_PROCESS, 0, 7) == 0, "be nice");
  prctl(PR_SET_TIMERSLACK, 12345);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  personality(ADDR_NO_RANDOMIZE);
  const itimerval later = {{0, 0}, {1000, 0}};
  setitimer(ITIMER_REAL, &later, nullptr);
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  sched_setaffinity(0, sizeof(first), &first);
}

void UnlimitedStack() { Limit(RLIMIT_STACK, RLIM_INFINITY, RLIM_INFINITY); }
void NewSession() { Must(setsid() >= 0, "make a session"); }
void DeathSignal() { prctl(PR_SET_PDEATHSIG, SIGUSR1); }
void NoNewPrivileges() { prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
void SigsysIgnored() {
  for (int number : {SIGSYS, SIGSEGV, SIGBUS}) signal(number, SIG_IGN);
}
void EverythingBlocked() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
}

void InNewDirectory() {
  Enter("here");
  MakeFile();
}
void InDirectoryWithClosedParent() {
  Enter("here");
  Enter("inner");
  MakeFile();
  Must(chmod("..", 0) == 0, "close the parent");
}
void InClosedDirectory() {
  InNewDirectory();
  Must(chmod(".", 0) == 0, "close the directory");
}
void InRenamedDirectory() {
  InNewDirectory();
  Must(rename("../here", "../there") == 0, "rename the directory");
}
void InLinkedDirectory() {
  InNewDirectory();
  Must(chdir("..") == 0 && symlink("here", "link") == 0 && chdir("link") == 0,
       "go through a link");
}
void InLongDirectory() {
  const std::string name(200, 'd');
  for (int i = 0; i < 25; ++i) Enter(name.c_str());
  MakeFile();
}
void InDeletedDirectory() {
  Enter("here");
  Must(rmdir("../here") == 0, "delete the directory");
}
void InRoot() { Must(chdir("/") == 0, "go to /"); }

void LinkToIdentity() {
  Must(symlink("/gnu/store", "store") == 0, "make a link");
}

}  // namespace relocatable::setups
