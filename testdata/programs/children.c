// Every way a program starts another one. The child is a program of the store
// that reports on itself; the parent says how it ended.
//
// usage: children BIN SCRATCH PROGRAM [ARGUMENT...]; PROGRAM is a name in BIN.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

extern char** environ;

static const char *bin, *name;
static char path[4096];  // BIN/NAME
static char** arguments;

static void Ended(const char* how, int status) {
  if (WIFSIGNALED(status)) {
    Say(how, "signal %d", WTERMSIG(status));
  } else {
    Say(how, "status %d", WEXITSTATUS(status));
  }
  fflush(stdout);
}

// Runs `become` in a forked child; it returns only if it could not.
static void Fork(const char* how, void (*become)(void)) {
  printf("# %s\n", how);
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    become();
    Say("could not", "%s", ErrnoName(errno));
    fflush(stdout);
    _exit(90);
  }
  int status = 0;
  waitpid(child, &status, 0);
  Ended(how, status);
}

static void Execv(void) { execv(path, arguments); }
static void ExecveBare(void) {
  char* nothing[] = {NULL};
  execve(path, arguments, nothing);
}
static void ExecveNoArguments(void) {
  char *only[] = {(char*)name, NULL}, *one[] = {"ONLY=this", NULL};
  execve(path, only, one);
}
static void Execvp(void) { execvp(name, arguments); }
static void ExecvpMissing(void) { execvp("no-such-program", arguments); }
static void ExecvpEmptyPath(void) {
  if (chdir(bin)) return;
  setenv("PATH", "/nonexistent::", 1);
  execvp(name, arguments);
}
static void Relative(void) {
  char relative[300];
  snprintf(relative, sizeof(relative), "./%s", name);
  if (chdir(bin) == 0) execv(relative, arguments);
}
static void RelativeBare(void) {
  if (chdir(bin) == 0) execv(name, arguments);
}
static void Upwards(void) {
  char relative[300];
  snprintf(relative, sizeof(relative), "../bin/../bin/%s", name);
  if (chdir(bin) == 0) execv(relative, arguments);
}
static void Fexecve(void) { fexecve(open(path, O_RDONLY), arguments, environ); }
static void FexecveCloexec(void) {
  fexecve(open(path, O_RDONLY | O_CLOEXEC), arguments, environ);
}
static void FexecvePath(void) {
  fexecve(open(path, O_PATH | O_CLOEXEC), arguments, environ);
}
static void ExecveatDirectory(void) {
  const int fd = open(bin, O_PATH | O_CLOEXEC);
  syscall(SYS_execveat, fd, name, arguments, environ, 0);
}
static void ExecveatNoFollow(void) {
  syscall(SYS_execveat, AT_FDCWD, path, arguments, environ,
          AT_SYMLINK_NOFOLLOW);
}
static void ThroughProc(void) {
  char link[32];
  sprintf(link, "/proc/self/fd/%d", open(path, O_RDONLY));
  execv(link, arguments);
}
static void Copied(int to) {
  const int from = open(path, O_RDONLY | O_CLOEXEC);
  char buffer[65536];
  for (ssize_t n; (n = read(from, buffer, sizeof(buffer))) > 0;) {
    if (write(to, buffer, n) != n) Die("cannot copy");
  }
  close(from);
}
static void Memfd(void) {
  const int fd = memfd_create("copy", MFD_CLOEXEC);
  Copied(fd);
  fexecve(fd, arguments, environ);
}
static void CopyOnHost(void) {
  unlink("copy");
  const int fd = open("copy", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
  Copied(fd);
  close(fd);
  execv("./copy", arguments);
}
static void HostLink(void) {
  unlink("link");
  if (symlink(path, "link") == 0) execv("./link", arguments);
}
static void Vforked(void) {
  const pid_t child = vfork();
  if (child == 0) {
    execv(path, arguments);
    _exit(91);
  }
  int status;
  waitpid(child, &status, 0);
  _exit(WEXITSTATUS(status));
}
static void VforkedMissing(void) {
  const pid_t child = vfork();
  if (child == 0) {
    execv("/gnu/store/missing", arguments);
    _exit(errno == ENOENT ? 42 : 43);
  }
  int status;
  waitpid(child, &status, 0);
  _exit(WEXITSTATUS(status));
}
static void Cloned(void) {
  // What a C library's posix_spawn does, without the library.
  const long child = syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    execv(path, arguments);
    _exit(91);
  }
  int status;
  waitpid(child, &status, 0);
  _exit(WEXITSTATUS(status));
}
static void InNewSession(void) {
  if (setsid() >= 0) execv(path, arguments);
}

static void Spawn(const char* how, int searched, int in_bin) {
  printf("# %s\n", how);
  fflush(stdout);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0);
  if (in_bin) posix_spawn_file_actions_addchdir_np(&actions, bin);
  pid_t child;
  const int error = (searched ? posix_spawnp : posix_spawn)(
      &child, searched || in_bin ? name : path, &actions, NULL, arguments,
      environ);
  int status = 0;
  if (error) {
    Say("could not", "%s", ErrnoName(error));
  } else {
    waitpid(child, &status, 0);
  }
  posix_spawn_file_actions_destroy(&actions);
  Ended(how, status);
}

static void Shells(void) {
  char command[8192];
  snprintf(command, sizeof(command), "%s from system | sed 's/^/| /'; exit 3",
           path);
  printf("# system\n");
  fflush(stdout);
  Ended("system", system(command));

  snprintf(command, sizeof(command), "exec %s from popen", path);
  printf("# popen\n");
  FILE* output = popen(command, "r");
  if (!output) Die("cannot popen");
  char line[8192];
  while (fgets(line, sizeof(line), output)) printf("< %s", line);
  Ended("popen", pclose(output));
}

// A daemon: its parent is gone and its session is its own when it reports.
static void Daemon(void) {
  printf("# daemon\n");
  fflush(stdout);
  int report[2];
  if (pipe(report)) Die("cannot make a pipe");
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    const pid_t leader = getpid();
    if (fork() > 0) _exit(0);
    while (getppid() == leader) sched_yield();
    dup2(report[1], 1);
    close(report[0]);
    close(report[1]);
    if (chdir("/")) _exit(92);
    execv(path, arguments);
    _exit(93);
  }
  int status;
  waitpid(child, &status, 0);
  close(report[1]);
  char buffer[8192];
  ssize_t n;
  while ((n = read(report[0], buffer, sizeof(buffer))) > 0) {
    fwrite(buffer, 1, n, stdout);
  }
  close(report[0]);
  Ended("daemon", status);
}

int main(int argc, char** argv) {
  if (argc < 4) Die("usage: children BIN SCRATCH PROGRAM [ARGUMENT...]");
  bin = argv[1];
  name = argv[3];
  arguments = argv + 3;
  snprintf(path, sizeof(path), "%s/%s", bin, name);
  if (chdir(argv[2])) Die("cannot go to %s", argv[2]);
  char search[8192];
  snprintf(search, sizeof(search), "/nonexistent:%s:/usr/bin:/bin", bin);
  setenv("PATH", search, 1);

  Fork("execv", Execv);
  Fork("execve without environment", ExecveBare);
  Fork("execve with one variable", ExecveNoArguments);
  Fork("execvp", Execvp);
  Fork("execvp of a missing program", ExecvpMissing);
  Fork("execvp in the working directory", ExecvpEmptyPath);
  Fork("./name", Relative);
  Fork("name", RelativeBare);
  Fork("../bin/../bin/name", Upwards);
  Fork("fexecve", Fexecve);
  Fork("fexecve close-on-exec", FexecveCloexec);
  Fork("fexecve of O_PATH", FexecvePath);
  Fork("execveat of a directory", ExecveatDirectory);
  Fork("execveat nofollow", ExecveatNoFollow);
  Fork("/proc/self/fd", ThroughProc);
  Fork("memfd", Memfd);
  Fork("copy on the host", CopyOnHost);
  Fork("link on the host", HostLink);
  Fork("vfork", Vforked);
  Fork("vfork of a missing program", VforkedMissing);
  Fork("clone", Cloned);
  Fork("setsid", InNewSession);
  Spawn("posix_spawn", 0, 0);
  Spawn("posix_spawnp", 1, 0);
  Spawn("posix_spawn with chdir", 0, 1);
  Shells();
  Daemon();
  return 0;
}
