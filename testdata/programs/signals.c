// Signals: masks, handlers, stacks and restarts must be the program's own,
// whatever an engine does with signals; system calls on paths work in handlers
// and with every signal blocked.
//
// usage: signals FILE
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "say.h"

static const char* file;
static volatile sig_atomic_t seen, found;
static sigjmp_buf out;

static int Found(void) {
  struct stat st;
  return stat(file, &st) == 0;
}

static void Look(int number) {
  seen = number;
  found = Found();
}
static void Jump(int number) {
  Look(number);
  siglongjmp(out, 1);
}
static void WithInfo(int number, siginfo_t* info, void* context) {
  (void)context;
  seen = number == info->si_signo ? number : -1;
  found = Found();
}

static void Handle(int number, void (*handler)(int), int flags, int blocked) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigemptyset(&action.sa_mask);
  if (blocked) sigfillset(&action.sa_mask);
  if (sigaction(number, &action, NULL)) Die("cannot handle %d", number);
  seen = found = 0;
}

static void Report(const char* what) { Say(what, "%d %d", seen, found); }

static void Masks(void) {
  sigset_t all, old, now;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &old);
  Say("lookup with all blocked", "%d", Found());
  sigprocmask(SIG_SETMASK, NULL, &now);
  char blocked[65] = "";
  for (int i = 1; i <= 64; ++i)
    blocked[i - 1] = "01"[sigismember(&now, i) == 1];
  Say("blocked", "%s", blocked);
  raise(SIGUSR1);
  sigpending(&now);
  Say("pending", "%d", sigismember(&now, SIGUSR1));
  Handle(SIGUSR1, Look, 0, 1);
  sigprocmask(SIG_SETMASK, &old, NULL);
  Report("delivered when unblocked, handler blocks all");

  const unsigned long everything = ~0ul;
  unsigned long before = 0, after = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &everything, &before, 8);
  Say("lookup with all blocked by the kernel", "%d", Found());
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, &after, 8);
  Say("raw mask read back", "%#lx", after);

  // A blocked signal that only ppoll and sigsuspend let in.
  Handle(SIGUSR2, Look, 0, 0);
  sigset_t two, but_two;
  sigemptyset(&two);
  sigaddset(&two, SIGUSR2);
  sigprocmask(SIG_BLOCK, &two, NULL);
  raise(SIGUSR2);
  sigfillset(&but_two);
  sigdelset(&but_two, SIGUSR2);
  errno = 0;
  const int done = ppoll(NULL, 0, NULL, &but_two);
  Say("ppoll", "%d %s", done, ErrnoName(errno));
  Report("delivered in ppoll");
  seen = 0;
  raise(SIGUSR2);
  sigsuspend(&but_two);
  Report("delivered in sigsuspend");
  const struct timespec now_at_once = {0, 0};
  raise(SIGUSR2);
  Say("sigtimedwait", "%d", sigtimedwait(&two, NULL, &now_at_once));
  sigprocmask(SIG_UNBLOCK, &two, NULL);
}

static void Handlers(void) {
  struct sigaction action = {.sa_sigaction = WithInfo, .sa_flags = SA_SIGINFO};
  struct sigaction old;
  const int numbers[] = {SIGSYS, SIGSEGV, SIGBUS, SIGTRAP, SIGCHLD, SIGTERM};
  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); ++i) {
    char key[64];
    sigaction(numbers[i], NULL, &old);
    snprintf(key, sizeof(key), "default.%d", numbers[i]);
    Say(key, "%d", old.sa_handler == SIG_DFL);
    sigaction(numbers[i], &action, NULL);
    sigaction(numbers[i], NULL, &old);
    snprintf(key, sizeof(key), "read back.%d", numbers[i]);
    Say(key, "%d", old.sa_sigaction == WithInfo);
    seen = found = 0;
    kill(getpid(), numbers[i]);
    snprintf(key, sizeof(key), "delivered.%d", numbers[i]);
    Report(key);
    signal(numbers[i], SIG_DFL);
  }

  static char stack[65536];
  const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
  sigaltstack(&alternate, NULL);
  Handle(SIGUSR1, Look, SA_ONSTACK, 0);
  raise(SIGUSR1);
  Report("on another stack");

  Handle(SIGUSR1, Jump, 0, 0);
  if (sigsetjmp(out, 1) == 0) raise(SIGUSR1);
  Report("jumped out");
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  Say("mask after the jump", "%d", sigismember(&mask, SIGUSR1));
  Say("lookup after the jump", "%d", Found());

  Handle(SIGUSR1, Look, SA_RESETHAND, 0);
  raise(SIGUSR1);
  sigaction(SIGUSR1, NULL, &old);
  Say("reset after one", "%d", old.sa_handler == SIG_DFL);
}

static void* fault_at;
static void Fault(int number, siginfo_t* info, void* context) {
  (void)context;
  seen = number;
  found = info->si_addr == fault_at && Found();
  siglongjmp(out, 1);
}

// The program's own faults, in its code and in arguments it gives the kernel.
static void Faults(void) {
  struct sigaction action = {.sa_sigaction = Fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  for (int i = 0; i < 3; ++i) {
    seen = found = 0;
    fault_at = (void*)(16l + i);
    if (sigsetjmp(out, 1) == 0) *(volatile char*)fault_at = 1;
    Report("own fault");
  }
  char* page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  seen = 0;
  errno = 0;
  struct stat st;
  SayResult("stat of a bad pointer", syscall(SYS_stat, page, &st));
  SayResult("open of a bad pointer", syscall(SYS_open, 8, O_RDONLY));
  SayResult("stat into a bad pointer", syscall(SYS_stat, file, page));
  SayResult("readlink into a bad pointer",
            syscall(SYS_readlink, "/proc/self/exe", page, 100));
  SayResult("getcwd into a bad pointer", syscall(SYS_getcwd, page, 4096));
  SayResult("openat2 of a bad how", syscall(437, AT_FDCWD, file, page, 24));
  SayResult("execve of bad arguments", syscall(SYS_execve, file, page, NULL));
  // A path that ends at the end of what can be read.
  char* two = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(two + 4096, 4096, PROT_NONE);
  char* end = two + 4096 - strlen(file) - 1;
  strcpy(end, file);
  Say("path at the end of a page", "%d", stat(end, &st) == 0);
  memmove(end + 1, file, strlen(file));
  SayResult("path without an end", stat(end + 1, &st));
  Say("handlers called by them", "%d", seen);
  signal(SIGSEGV, SIG_DFL);
  signal(SIGBUS, SIG_DFL);
}

static void Restarts(void) {
  int ends[2];
  if (pipe(ends)) Die("cannot make a pipe");
  char byte;
  const struct itimerval soon = {{0, 0}, {0, 20000}};
  Handle(SIGALRM, Look, 0, 0);
  setitimer(ITIMER_REAL, &soon, NULL);
  SayResult("read interrupted", read(ends[0], &byte, 1));
  Report("handler of the interruption");
  unlink("fifo");
  if (mkfifo("fifo", 0600)) Die("cannot make a fifo");
  Handle(SIGALRM, Look, 0, 0);
  setitimer(ITIMER_REAL, &soon, NULL);
  SayResult("open interrupted", open("fifo", O_RDONLY));
  Report("handler of the interrupted open");

  // With SA_RESTART the open goes on after the handler, until a child comes.
  Handle(SIGALRM, Look, SA_RESTART, 0);
  setitimer(ITIMER_REAL, &soon, NULL);
  const pid_t child = fork();
  if (child == 0) {
    usleep(60000);
    const int fd = open("fifo", O_WRONLY);
    _exit(fd < 0);
  }
  const int fd = open("fifo", O_RDONLY);
  Say("open restarted", "%d", fd >= 0);
  Report("handler of the restarted open");
  waitpid(child, NULL, 0);
  unlink("fifo");
}

// The mask that a handler writes into its context is in force afterwards.
static void EditMask(int number, siginfo_t* info, void* context) {
  (void)info;
  seen = number;
  sigaddset(&((ucontext_t*)context)->uc_sigmask, SIGUSR2);
}
static void Edited(void) {
  struct sigaction action = {.sa_sigaction = EditMask, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  Say("mask edited by a handler", "%d", sigismember(&mask, SIGUSR2));
  Say("lookup with it", "%d", Found());
}

// The actions of a vfork's child are its own, though its memory is its
// parent's.
static void AfterVfork(void) {
  struct sigaction fault = {.sa_sigaction = WithInfo, .sa_flags = SA_SIGINFO};
  struct sigaction reset = {.sa_handler = SIG_DFL}, old;
  sigaction(SIGSEGV, &fault, NULL);
  const pid_t child = vfork();
  if (child == 0) {
    sigaction(SIGSEGV, &reset, NULL);
    sigaction(SIGSEGV, NULL, &old);
    _exit(old.sa_handler == SIG_DFL ? 7 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  Say("reset in a vfork child", "%d", WEXITSTATUS(status));
  sigaction(SIGSEGV, NULL, &old);
  Say("its parent's action", "%d", old.sa_sigaction == WithInfo);
  seen = found = 0;
  kill(getpid(), SIGSEGV);
  Report("its parent's handler");
  sigaction(SIGSEGV, &reset, NULL);
}

int main(int argc, char** argv) {
  if (argc < 3) Die("usage: signals FILE SCRATCH");
  file = argv[1];
  if (chdir(argv[2])) Die("cannot go to %s", argv[2]);
  Masks();
  Handlers();
  Faults();
  Restarts();
  Edited();
  AfterVfork();
  return 0;
}
