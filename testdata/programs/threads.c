// Threads on paths: many at once, thread-local state, cancellation inside a
// blocked open, and exec from a thread that is not the first.
//
// usage: threads FILE SCRATCH PROGRAM [ARGUMENT...]
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

extern char** environ;
static const char* file;
static char** program;
static __thread int local;

static void* Storm(void* number) {
  struct stat st;
  long bad = 0;
  local = (int)(long)number;
  for (int i = 0; i < 500; ++i) {
    bad += stat(file, &st) != 0;
    const int fd = open(file, O_RDONLY | O_CLOEXEC);
    bad += fd < 0;
    if (fd >= 0) close(fd);
    errno = 0;
    bad += open("/gnu/store/missing", O_RDONLY) >= 0 || errno != ENOENT;
    bad += local != (int)(long)number;
  }
  return (void*)bad;
}

static void* SpawnMany(void* unused) {
  (void)unused;
  long bad = 0;
  for (int i = 0; i < 10; ++i) {
    pid_t child;
    char* argv[] = {program[0], "exit", "5", NULL};
    int status = -1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&child, program[0], &actions, NULL, argv, environ) == 0) {
      waitpid(child, &status, 0);
    }
    posix_spawn_file_actions_destroy(&actions);
    bad += !WIFEXITED(status) || WEXITSTATUS(status) != 5;
  }
  return (void*)bad;
}

static void Many(const char* what, void* (*run)(void*), int count,
                 size_t stack) {
  pthread_t threads[32];
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (stack) pthread_attr_setstacksize(&attributes, stack);
  for (long i = 0; i < count; ++i) {
    if (pthread_create(&threads[i], &attributes, run, (void*)i)) Die("thread");
  }
  long bad = 0;
  for (int i = 0; i < count; ++i) {
    void* result;
    pthread_join(threads[i], &result);
    bad += (long)result;
  }
  Say(what, "%ld wrong", bad);
}

static volatile int cleaned;
static void Clean(void* unused) {
  (void)unused;
  ++cleaned;
}
static void* OpenFifo(void* unused) {
  (void)unused;
  pthread_cleanup_push(Clean, NULL);
  const int fd = open("fifo", O_RDONLY);  // nobody writes
  if (fd >= 0) close(fd);
  pthread_cleanup_pop(0);
  return NULL;
}
static void* CancelBusy(void* unused) {
  (void)unused;
  pthread_cleanup_push(Clean, NULL);
  for (;;) {
    const int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) close(fd);
  }
  pthread_cleanup_pop(0);
  return NULL;
}
static void Cancel(const char* what, void* (*run)(void*)) {
  unlink("fifo");
  if (mkfifo("fifo", 0600)) Die("cannot make a fifo");
  cleaned = 0;
  int cancelled = 0;
  for (int i = 0; i < 5; ++i) {
    pthread_t thread;
    void* result;
    pthread_create(&thread, NULL, run, NULL);
    usleep(5000);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    cancelled += result == PTHREAD_CANCELED;
  }
  unlink("fifo");
  Say(what, "%d cancelled, %d cleaned", cancelled, cleaned);
}

static void* Exec(void* unused) {
  (void)unused;
  execv(program[0], program);
  Die("cannot exec %s", program[0]);
}

int main(int argc, char** argv) {
  if (argc < 4) Die("usage: threads FILE SCRATCH PROGRAM [ARGUMENT...]");
  file = argv[1];
  if (chdir(argv[2])) Die("cannot go to %s", argv[2]);
  program = argv + 3;
  Many("eight threads", Storm, 8, 0);
  Many("small stacks", Storm, 4, 16384);
  Many("spawns from six threads", SpawnMany, 6, 0);
  Cancel("cancelled in open", OpenFifo);
  Cancel("cancelled while busy", CancelBusy);
  fflush(stdout);
  pthread_t thread;
  pthread_create(&thread, NULL, Exec, NULL);
  pause();
  return 96;
}
