// What one system call costs, in nanoseconds: the least of many batches.
//
//   calls STORE_FILE STORE_NONE HOST_FILE HOST_NONE LINK PROGRAM
//
// STORE_NONE and HOST_NONE must not exist; LINK leads to a file by an absolute
// link. A line for each call: name, a space, nanoseconds. "trap" is a stat made
// by an instruction of this program, which is in no pack and so not patched.
// "child" is a vfork, an exec of PROGRAM and its end.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char** paths;
static int sink;

static void Fail(const char* what) {
  perror(what);
  exit(1);
}

static void OpenClose(void) {
  const int fd = open(paths[1], O_RDONLY | O_CLOEXEC);
  if (fd < 0) Fail(paths[1]);
  close(fd);
}
static void Exists(const char* path) {
  struct stat st;
  if (stat(path, &st) != 0) Fail(path);
}
static void Absent(const char* path) {
  struct stat st;
  if (stat(path, &st) == 0 || errno != ENOENT) Fail(path);
}
static void StatStore(void) { Exists(paths[1]); }
static void NoneInStore(void) { Absent(paths[2]); }
static void StatHost(void) { Exists(paths[3]); }
static void NoneOnHost(void) { Absent(paths[4]); }
static void StatLink(void) { Exists(paths[5]); }
static void Getcwd(void) {
  char buffer[4096];
  if (getcwd(buffer, sizeof(buffer)) == NULL) Fail("getcwd");
}
static void Getppid(void) { sink += (int)syscall(SYS_getppid); }
static void Trap(void) {
  struct stat st;
  long result;
  register const char* path __asm__("rdi") = paths[3];
  register struct stat* buffer __asm__("rsi") = &st;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(SYS_stat), "r"(path), "r"(buffer)
                   : "rcx", "r11", "memory");
  if (result != 0) exit(1);
}
static void Child(void) {
  const pid_t pid = vfork();
  if (pid == 0) {
    execl(paths[6], paths[6], (char*)NULL);
    _exit(127);
  }
  int status;
  if (waitpid(pid, &status, 0) != pid || status != 0) Fail(paths[6]);
}

static double Batch(void (*call)(void), int count) {
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  for (int i = 0; i < count; ++i) call();
  clock_gettime(CLOCK_MONOTONIC, &b);
  return ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / count;
}

static void Measure(const char* name, void (*call)(void), int batches,
                    int count) {
  double least = Batch(call, count);
  for (int i = 1; i < batches; ++i) {
    const double now = Batch(call, count);
    if (now < least) least = now;
  }
  printf("%s %.1f\n", name, least);
}

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  paths = argv;
  const int null = open("/dev/null", O_WRONLY);
  const int out = dup(1);
  if (null < 0 || out < 0) return 1;
  Measure("open+close", OpenClose, 20, 500);
  Measure("stat", StatStore, 20, 500);
  Measure("none-in-store", NoneInStore, 20, 500);
  Measure("stat-host", StatHost, 20, 500);
  Measure("none-on-host", NoneOnHost, 20, 500);
  Measure("stat-link", StatLink, 20, 500);
  Measure("getcwd", Getcwd, 20, 500);
  Measure("other", Getppid, 20, 2000);
  Measure("trap", Trap, 20, 500);
  fflush(stdout);
  dup2(null, 1);  // PROGRAM's output
  const double child = Batch(Child, 60);
  dup2(out, 1);
  printf("child %.1f\n", child);
  return 0;
}
