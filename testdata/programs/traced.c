// A tracer and its program, started as debuggers do: PTRACE_TRACEME in a
// vfork's child, while the tracer can only wait for its execve.
//
// usage: traced PROGRAM [ARGUMENT...]
#define _GNU_SOURCE
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

static pid_t Start(int by_vfork, char** argv) {
  const pid_t child = by_vfork ? vfork() : fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(argv[0], argv);
    _exit(91);
  }
  return child;
}

// Lets the child run to its end, with every signal it gets.
static void Follow(pid_t child) {
  int status, exec_seen = 0;
  while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
    int signal = WSTOPSIG(status);
    if (signal == SIGTRAP && !exec_seen) {
      exec_seen = 1;
      signal = 0;
    }
    if (ptrace(PTRACE_CONT, child, NULL, (void*)(long)signal)) {
      Die("cannot let it go on");
    }
  }
  Say("stopped by its exec", exec_seen ? "yes" : "no");
  Say("status", "%d", WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

int main(int argc, char** argv) {
  if (argc < 2) Die("usage: traced PROGRAM [ARGUMENT...]");
  (void)argc;
  for (int by_vfork = 0; by_vfork < 2; ++by_vfork) {
    printf("# %s\n", by_vfork ? "vfork" : "fork");
    fflush(stdout);
    Follow(Start(by_vfork, argv + 1));
  }
  printf("# vfork of a missing program\n");
  char* missing[] = {"/gnu/store/missing", NULL};
  Follow(Start(1, missing));
  return 0;
}
