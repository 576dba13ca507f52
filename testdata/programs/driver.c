// Not a subject but what drives one: it runs outside of the view (and is
// static, for it has no libraries there), starts a command as a shell would,
// and tells what it saw of it.
//
//   driver status CMD...        how it ended, and each stop on the way, which
//   it
//                               continues
//   driver signal N CMD...      sends N once the command has said "ready"
//   driver terminal KEY CMD...  runs it as the foreground job of a terminal of
//                               its own and types KEY once it has said "ready";
//                               if it was ^Z, also ^C when it was continued
//   driver strangers CMD...     whether processes of it are left when it ended
#define _GNU_SOURCE
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

static pid_t child;

// The last byte that comes from a terminal.
static const char kEnd[] = "\x04";

// The state letter of /proc/PID/stat.
static char State(void) {
  char path[64], text[512] = "";
  snprintf(path, sizeof(path), "/proc/%d/stat", child);
  FILE* file = fopen(path, "re");
  if (!file) return '?';
  if (!fgets(text, sizeof(text), file)) text[0] = 0;
  fclose(file);
  const char* end = strrchr(text, ')');
  return end && end[1] ? end[2] : '?';
}

// Waits for the end; a stop is reported and ended.
static void WaitForIt(void) {
  int status;
  while (waitpid(child, &status, WUNTRACED) == child) {
    if (WIFSTOPPED(status)) {
      Say("stopped by", "%d", WSTOPSIG(status));
      Say("state", "%c", State());
      fflush(stdout);
      kill(-getpgid(child), SIGCONT);
    } else if (WIFSIGNALED(status)) {
      Say("died of", "%d, core %d", WTERMSIG(status), WCOREDUMP(status) != 0);
      return;
    } else {
      Say("exited with", "%d", WEXITSTATUS(status));
      return;
    }
  }
}

static void Start(char** command) {
  fflush(stdout);
  child = fork();
  if (child == 0) {
    setpgid(0, 0);
    execv(command[0], command);
    Die("cannot run %s", command[0]);
  }
  setpgid(child, child);
}

// Copies what comes from `fd` up to `line`, or to its end if there is none;
// kEnd is not copied.
static void CopyUntil(int fd, const char* line) {
  char text[8192];
  size_t size = 0;
  while (size + 1 < sizeof(text) && read(fd, text + size, 1) == 1) {
    text[++size] = 0;
    if (strstr(text, line)) break;
  }
  if (size > 0 && text[size - 1] == *kEnd) --size;
  fwrite(text, 1, size, stdout);
  fflush(stdout);
}

static void CopyRest(int fd) {
  char text[4096];
  ssize_t got;
  while ((got = read(fd, text, sizeof(text))) > 0) {
    fwrite(text, 1, got, stdout);
  }
}

static void WithSignal(int number, char** command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) Die("cannot make a pipe");
  const int out = dup(1);
  dup2(ends[1], 1);
  Start(command);
  dup2(out, 1);
  close(out);
  close(ends[1]);
  CopyUntil(ends[0], "ready=yes\n");
  kill(child, number);
  CopyRest(ends[0]);
  WaitForIt();
}

// In the child, as the shell of the terminal: runs the command as its
// foreground job and continues it when it was stopped.
static void Shell(char** command) {
  struct termios modes;
  tcgetattr(0, &modes);
  modes.c_oflag &= ~OPOST;  // no \r
  modes.c_lflag &= ~ECHO;   // which would come at any moment
  // ^C would throw away what is written while its signal is on its way: isig()
  // in drivers/tty/n_tty.c raises it first and flushes then.
  modes.c_lflag |= NOFLSH;
  tcsetattr(0, TCSANOW, &modes);
  signal(SIGTTOU, SIG_IGN);
  fflush(stdout);
  child = fork();
  if (child == 0) {
    setpgid(0, 0);
    tcsetpgrp(0, getpid());
    signal(SIGTTOU, SIG_DFL);
    execv(command[0], command);
    Die("cannot run %s", command[0]);
  }
  WaitForIt();
  // The end of a session hangs its terminal up, and what the reader's side has
  // not taken by then is lost (pty_flush_buffer() in drivers/tty/pty.c): the
  // reader ends this process.
  fputs(kEnd, stdout);
  fflush(stdout);
  for (;;) pause();
}

static void OnTerminal(const char* key, char** command) {
  int master;
  fflush(stdout);
  const pid_t shell = forkpty(&master, NULL, NULL, NULL);
  if (shell < 0) Die("cannot make a terminal");
  if (shell == 0) Shell(command);
  CopyUntil(master, "ready=yes\n");
  if (write(master, key, 1) < 0) Die("cannot type");
  if (*key == 0x1a) {
    CopyUntil(master, "state=");
    if (write(master, "\x03", 1) < 0) Die("cannot type");
  }
  CopyUntil(master, kEnd);
  kill(shell, SIGKILL);
  waitpid(shell, NULL, 0);
}

// Whatever the command leaves behind becomes this process's child.
static void Strangers(char** command) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  Start(command);
  WaitForIt();
  int left = 0;
  const struct timespec moment = {0, 50000000};
  nanosleep(&moment, NULL);
  while (waitpid(-1, NULL, WNOHANG | __WALL) >= 0 && left < 10) ++left;
  Say("processes left", "%d", left);
}

int main(int argc, char** argv) {
  if (argc > 2 && !strcmp(argv[1], "status")) {
    Start(argv + 2);
    WaitForIt();
  } else if (argc > 2 && !strcmp(argv[1], "strangers")) {
    Strangers(argv + 2);
  } else if (argc > 3 && !strcmp(argv[1], "signal")) {
    WithSignal(atoi(argv[2]), argv + 3);
  } else if (argc > 3 && !strcmp(argv[1], "terminal")) {
    OnTerminal(argv[2], argv + 3);
  } else {
    fprintf(stderr, "usage: driver status|signal|terminal|strangers ...\n");
    return 2;
  }
  return 0;
}
