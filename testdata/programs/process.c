// What a process inherits besides files: ids, limits, masks, capabilities,
// timers, session. All of it survives a plain execve, and nothing is added: no
// child, no thread, no tracer, no handler.
#define _GNU_SOURCE
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

static void SayIds(void) {
  uid_t uid[3];
  gid_t gid[3], groups[1024];
  getresuid(&uid[0], &uid[1], &uid[2]);
  getresgid(&gid[0], &gid[1], &gid[2]);
  Say("uids", "%u %u %u", uid[0], uid[1], uid[2]);
  Say("gids", "%u %u %u", gid[0], gid[1], gid[2]);
  const int count = getgroups(1024, groups);
  char list[8192] = "";
  for (int i = 0; i < count; ++i) {
    sprintf(list + strlen(list), "%s%u", i ? " " : "", groups[i]);
  }
  Say("groups", "%s", list);
}

static void SayLimits(void) {
  for (int i = 0; i < RLIM_NLIMITS; ++i) {
    struct rlimit limit;
    getrlimit(i, &limit);
    char key[32];
    snprintf(key, sizeof(key), "limit.%d", i);
    Say(key, "%ld %ld", (long)limit.rlim_cur, (long)limit.rlim_max);
  }
}

// The lines of /proc/self/status that are facts about how it was started.
static void SayStatus(void) {
  static const char* const kWanted[] = {
      "Name",    "Umask",           "TracerPid",   "Threads", "SigPnd",
      "ShdPnd",  "SigBlk",          "SigIgn",      "SigCgt",  "CapInh",
      "CapPrm",  "CapEff",          "CapBnd",      "CapAmb",  "NoNewPrivs",
      "Seccomp", "Seccomp_filters", "Cpus_allowed"};
  FILE* status = fopen("/proc/self/status", "re");
  if (!status) Die("cannot open /proc/self/status");
  char line[4096];
  while (fgets(line, sizeof(line), status)) {
    char* value = strchr(line, ':');
    if (!value) continue;
    *value++ = 0;
    value += strspn(value, " \t");
    value[strcspn(value, "\n")] = 0;
    for (size_t i = 0; i < sizeof(kWanted) / sizeof(kWanted[0]); ++i) {
      if (strcmp(line, kWanted[i])) continue;
      char key[64];
      snprintf(key, sizeof(key), "status.%s", kWanted[i]);
      Say(key, "%s", value);
    }
  }
  fclose(status);
}

static void SayRest(void) {
  Say("nice", "%d", getpriority(PRIO_PROCESS, 0));
  Say("scheduler", "%d", sched_getscheduler(0));
  int signal = -1, reaper = -1;
  prctl(PR_GET_PDEATHSIG, &signal);
  prctl(PR_GET_CHILD_SUBREAPER, &reaper);
  Say("death signal", "%d", signal);
  Say("subreaper", "%d", reaper);
  Say("dumpable", "%d", prctl(PR_GET_DUMPABLE));
  Say("securebits", "%d", prctl(PR_GET_SECUREBITS));
  Say("timer slack", "%d", prctl(PR_GET_TIMERSLACK));
  Say("personality", "%#x", personality(0xffffffff));
  struct itimerval timer;
  getitimer(ITIMER_REAL, &timer);
  Say("alarm is running", "%s", timer.it_value.tv_sec ? "yes" : "no");
  stack_t stack;
  sigaltstack(NULL, &stack);
  Say("signal stack", "%s", stack.ss_flags & SS_DISABLE ? "none" : "some");
  Say("leads its session", "%s", getsid(0) == getpid() ? "yes" : "no");
  Say("leads its group", "%s", getpgrp() == getpid() ? "yes" : "no");
  Say("session is its parent's", "%s",
      getsid(0) == getsid(getppid()) ? "yes" : "no");
  errno = 0;
  SayResult("wait for a child", waitpid(-1, NULL, WNOHANG));
  const mode_t mask = umask(0);
  Say("umask", "%03o", mask);
}

int main(void) {
  SayIds();
  SayLimits();
  SayStatus();
  SayRest();
  return 0;
}
