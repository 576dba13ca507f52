// Calls what libc offers that takes a path, a signal mask or a socket name, and
// prints what came of it. Run beside a twin of libc, the output must be the
// same. Wants an empty directory as its cwd; argv[1] is this program's path.
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acct.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/quota.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

extern char** environ;

namespace {

// Prints the call as it is written, its result, and the errno if it failed.
#define SHOW(call)                                   \
  do {                                               \
    errno = 0;                                       \
    const long came_of_it = static_cast<long>(call); \
    printf("%s = %ld %s\n", #call, came_of_it,       \
           came_of_it < 0 ? strerror(errno) : "");   \
  } while (0)

struct stat st;
struct statx stx;
struct statfs fs;
struct statvfs vfs;
char buffer[4096];

void Files() {
  SHOW(creat("a", 0644) >= 0);
  SHOW(open("a", O_RDWR) >= 0);
  SHOW(open("no", O_RDONLY));
  SHOW(open("new", O_CREAT | O_EXCL, 0600) >= 0);
  SHOW(openat(AT_FDCWD, "a", O_RDONLY | O_DIRECTORY));
  SHOW(stat("a", &st));
  SHOW(lstat("a", &st));
  SHOW(fstatat(AT_FDCWD, "no", &st, 0));
  SHOW(statx(AT_FDCWD, "a", 0, STATX_ALL, &stx));
  SHOW(access("a", R_OK));
  SHOW(faccessat(AT_FDCWD, "a", W_OK, AT_EACCESS));
  SHOW(eaccess("no", R_OK));
  SHOW(truncate("a", 5));
  SHOW(chmod("a", 0640));
  SHOW(fchmodat(AT_FDCWD, "a", 0600, 0));
  SHOW(chown("a", -1, -1));
  SHOW(lchown("a", -1, -1));
  SHOW(fchownat(AT_FDCWD, "a", -1, -1, 0));
  SHOW(utime("a", nullptr));
  SHOW(utimes("a", nullptr));
  SHOW(lutimes("a", nullptr));
  SHOW(futimesat(AT_FDCWD, "a", nullptr));
  SHOW(utimensat(AT_FDCWD, "a", nullptr, 0));
  SHOW(statfs("a", &fs));
  SHOW(statvfs("a", &vfs));
  SHOW(mknod("node", S_IFREG | 0600, 0));
  SHOW(mknodat(AT_FDCWD, "node", S_IFREG | 0600, 0));
  SHOW(mkfifo("fifo", 0600));
}

void Names() {
  SHOW(mkdir("d", 0755));
  SHOW(mkdirat(AT_FDCWD, "d", 0755));
  SHOW(link("a", "b"));
  SHOW(linkat(AT_FDCWD, "a", AT_FDCWD, "b2", 0));
  SHOW(symlink("a", "s"));
  SHOW(symlinkat("a", AT_FDCWD, "s"));
  SHOW(readlink("s", buffer, sizeof(buffer)));
  SHOW(readlinkat(AT_FDCWD, "a", buffer, sizeof(buffer)));
  SHOW(rename("b", "d/b"));
  SHOW(renameat(AT_FDCWD, "d/b", AT_FDCWD, "b"));
  SHOW(renameat2(AT_FDCWD, "b", AT_FDCWD, "a", RENAME_NOREPLACE));
  SHOW(unlink("b"));
  SHOW(unlinkat(AT_FDCWD, "b2", 0));
  SHOW(rmdir("d"));
  SHOW(remove("no"));
  SHOW(mkdir("d", 0755));
  SHOW(chdir("d"));
  SHOW(getcwd(buffer, sizeof(buffer)) != nullptr);
  puts(strrchr(buffer, '/'));
  SHOW(chdir(".."));
  SHOW(realpath("s", buffer) != nullptr);
  puts(strrchr(buffer, '/'));
  SHOW(rmdir("d"));
  DIR* dir = opendir(".");
  int entries = 0;
  while (readdir(dir) != nullptr) ++entries;
  closedir(dir);
  SHOW(entries);
  strcpy(buffer, "tmpXXXXXX");
  SHOW(mkstemp(buffer) >= 0);
  SHOW(unlink(buffer));
}

void Rare() {
  SHOW(setxattr("a", "user.x", "1", 1, 0));
  SHOW(lsetxattr("no", "user.x", "1", 1, 0));
  SHOW(getxattr("no", "user.x", buffer, 8));
  SHOW(lgetxattr("no", "user.x", buffer, 8));
  SHOW(listxattr("no", buffer, 8));
  SHOW(llistxattr("no", buffer, 8));
  SHOW(removexattr("no", "user.x"));
  SHOW(lremovexattr("no", "user.x"));
  const int watch = inotify_init1(0);
  SHOW(inotify_add_watch(watch, "a", IN_OPEN));
  file_handle handle = {};
  int mount_id;
  SHOW(name_to_handle_at(AT_FDCWD, "no", &handle, &mount_id, 0));
  SHOW(mount("no", "no", "no", 0, nullptr));
  SHOW(umount("no"));
  SHOW(umount2("no", 0));
  SHOW(chroot("no"));
  SHOW(swapon("no", 0));
  SHOW(swapoff("no"));
  SHOW(acct("no"));
  SHOW(quotactl(0, "no", 0, nullptr));
  SHOW(open_by_handle_at(-1, &handle, 0));
  SHOW(fexecve(-1, environ, environ));
}

// syscall() has the number in a register: the generic way.
void ByNumber() {
  SHOW(syscall(SYS_open, "no", O_RDONLY));
  SHOW(syscall(SYS_access, "a", R_OK));
  SHOW(syscall(SYS_getppid) > 0);
  SHOW(syscall(SYS_openat2, AT_FDCWD, "a", nullptr, 0));
  SHOW(syscall(SYS_pivot_root, "no", "no"));
  SHOW(syscall(9999));
}

void OnSignal(int) {}

void Masks() {
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  SHOW(sigprocmask(SIG_BLOCK, &set, &old));
  SHOW(pthread_sigmask(SIG_SETMASK, nullptr, &set));
  SHOW(sigismember(&set, SIGUSR1));
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  SHOW(sigaction(SIGUSR1, &action, nullptr));
  SHOW(raise(SIGUSR1));
  SHOW(sigsuspend(&old));
  const timespec now = {0, 1000};
  SHOW(ppoll(nullptr, 0, &now, &old));
  SHOW(pselect(0, nullptr, nullptr, nullptr, &now, &old));
  epoll_event event;
  SHOW(epoll_pwait(epoll_create1(0), &event, 1, 0, &old));
  SHOW(sigprocmask(SIG_SETMASK, &old, nullptr));
}

sockaddr_un Name(const char* path) {
  sockaddr_un name = {};
  name.sun_family = AF_UNIX;
  strcpy(name.sun_path, path);
  return name;
}

void Sockets() {
  sockaddr_un name = Name("socket");
  sockaddr* const address = reinterpret_cast<sockaddr*>(&name);
  socklen_t size = sizeof(name);
  const int server = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(bind(server, address, size));
  SHOW(listen(server, 2));
  const int client = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect(client, address, size));
  const int accepted = accept(server, address, &size);
  SHOW(accepted >= 0);
  SHOW(connect(socket(AF_UNIX, SOCK_STREAM, 0), address, sizeof(name)));
  SHOW(accept4(server, nullptr, nullptr, 0) >= 0);
  size = sizeof(name);
  SHOW(getsockname(server, address, &size));
  SHOW(size);
  size = sizeof(name);
  SHOW(getpeername(client, address, &size));
  SHOW(sendto(client, "x", 1, 0, nullptr, 0));
  SHOW(recvfrom(accepted, buffer, 1, 0, address, &size));
  iovec bytes = {buffer, 1};
  mmsghdr message = {};
  message.msg_hdr.msg_iov = &bytes;
  message.msg_hdr.msg_iovlen = 1;
  SHOW(sendmsg(client, &message.msg_hdr, 0));
  SHOW(recvmsg(accepted, &message.msg_hdr, 0));
  SHOW(sendmmsg(client, &message, 1, 0));
  SHOW(recvmmsg(accepted, &message, 1, 0, nullptr));
}

int Wait(pid_t pid) {
  int status = -1;
  waitpid(pid, &status, 0);
  return status;
}

void* InThread(void*) {
  return reinterpret_cast<void*>(static_cast<long>(open("no", O_RDONLY)));
}

void Children(char* self) {
  char child[] = "child";
  char* argv[] = {self, child, nullptr};
  pid_t pid = fork();
  if (pid == 0) {
    execve("no", argv, environ);
    execve(self, argv, environ);
    _exit(9);
  }
  SHOW(Wait(pid));
  pid = vfork();
  if (pid == 0) {
    execv("no", argv);
    execve(self, argv, environ);
    _exit(9);
  }
  SHOW(Wait(pid));
  SHOW(posix_spawn(&pid, self, nullptr, nullptr, argv, environ));
  SHOW(Wait(pid));
  SHOW(posix_spawnp(&pid, "./no", nullptr, nullptr, argv, environ));
  SHOW(system("exit 3"));
  FILE* pipe = popen("echo popened", "r");
  SHOW(fgets(buffer, sizeof(buffer), pipe) != nullptr);
  SHOW(pclose(pipe));
  pthread_t thread;
  void* result;
  SHOW(pthread_create(&thread, nullptr, InThread, nullptr));
  SHOW(pthread_join(thread, &result));
  SHOW(reinterpret_cast<long>(result));
  SHOW(dlopen("./no.so", RTLD_NOW) == nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && strcmp(argv[1], "child") == 0) return 7;
  if (argc < 2) return 2;
  setvbuf(stdout, nullptr, _IOLBF, 0);
  Files();
  Names();
  Rare();
  ByNumber();
  Masks();
  Sockets();
  Children(argv[1]);
  return 0;
}
