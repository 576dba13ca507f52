// How a program ends, and what it says when signals come:
//
//   exit N, _exit N     the status
//   kill N, abort, segv by its own signal
//   stop N              stops itself; exits with N when it is continued
//   wait                says "ready" and waits for a signal's default action
//   catch               the same, with handlers: exits with the signal's number
//   outlive PROGRAM...  exits at once; a daemon becomes PROGRAM afterwards
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

// Without stdio, which may be what the signal interrupted.
static void Caught(int number) {
  char line[32];
  const int size = snprintf(line, sizeof(line), "caught=%d\n", number);
  _exit(write(1, line, size) == size ? number : 95);
}

static void Catch(void) {
  const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1};
  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); ++i) {
    signal(numbers[i], Caught);
  }
}

static void WaitForASignal(void) {
  Say("ready", "yes");
  fflush(stdout);
  for (;;) pause();
}

static int Outlive(char** program) {
  const pid_t first = getpid();
  if (fork() > 0) return 0;
  setsid();
  while (getppid() == first) sched_yield();
  execv(program[0], program);
  Say("could not exec", "%s", ErrnoName(errno));
  return 96;
}

int main(int argc, char** argv) {
  if (argc < 2) return 98;
  const char* how = argv[1];
  const int number = argc > 2 ? atoi(argv[2]) : 0;
  Say("ends by", "%s %d", how, number);
  fflush(stdout);
  if (!strcmp(how, "exit")) return number;
  if (!strcmp(how, "_exit")) _exit(number);
  if (!strcmp(how, "kill")) kill(getpid(), number);
  if (!strcmp(how, "abort")) abort();
  if (!strcmp(how, "segv")) *(volatile int*)8 = 0;
  if (!strcmp(how, "stop")) {
    raise(SIGSTOP);
    Say("continued", "yes");
    return number;
  }
  if (!strcmp(how, "catch")) Catch();
  if (!strcmp(how, "catch") || !strcmp(how, "wait")) WaitForASignal();
  if (!strcmp(how, "outlive")) return Outlive(argv + 2);
  return 97;  // the signal was ignored or blocked
}
