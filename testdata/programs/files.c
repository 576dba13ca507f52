// Files of the store once they are open: mappings, descriptors by path, locks,
// copies, notifications; and files without a name.
//
// usage: files ITEM SCRATCH
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "say.h"

static void SayName(const char* key, int fd) {
  char link[32], name[4096];
  sprintf(link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, name, sizeof(name) - 1);
  if (size < 0) return SayResult(key, size);
  name[size] = 0;
  Say(key, "%s", name);
}

static void Maps(int fd) {
  char* shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  Say("mapped", "%.4s", shared == MAP_FAILED ? ErrnoName(errno) : shared);
  char* executable =
      mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  Say("mapped to execute", "%.4s",
      executable == MAP_FAILED ? ErrnoName(errno) : executable);
  char* written = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  written[0] = '!';
  Say("private copy", "%.4s, file %.4s", written, shared);
  SayResult("mapped to write",
            (long)mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0));
}

static void Uses(int fd) {
  SayResult("flock", flock(fd, LOCK_EX | LOCK_NB));
  struct flock lock = {.l_type = F_RDLCK};
  SayResult("read lock", fcntl(fd, F_SETLK, &lock));
  lock.l_type = F_WRLCK;
  SayResult("write lock", fcntl(fd, F_SETLK, &lock));
  SayResult("fchmod", fchmod(fd, 0777));
  SayResult("fchown", fchown(fd, getuid(), getgid()));
  SayResult("futimens", futimens(fd, NULL));
  SayResult("ftruncate", ftruncate(fd, 0));
  SayResult("fsync", fsync(fd));
  const int copy = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
  off_t at = 0;
  SayResult("sendfile", sendfile(copy, fd, &at, 1000));
  loff_t from = 0;
  SayResult("copy_file_range", copy_file_range(fd, &from, copy, NULL, 1000, 0));
  SayName("name of the copy", copy);
  unlink("copy");
  SayName("name of the removed copy", copy);
  char link[32];
  sprintf(link, "/proc/self/fd/%d", copy);
  struct stat st;
  SayResult("stat of the removed copy", stat(link, &st));
  Say("opened again", "%d", open(link, O_RDONLY) >= 0);
}

static void Unnamed(void) {
  const int fd = open(".", O_TMPFILE | O_RDWR, 0600);
  SayResult("unnamed file", fd < 0 ? fd : 0);
  char link[32];
  sprintf(link, "/proc/self/fd/%d", fd);
  unlink("named");
  SayResult("named later",
            linkat(AT_FDCWD, link, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
  SayResult("unlink", unlink("named"));
  const int memory = memfd_create("memory", 0);
  SayName("name in memory", memory);
  sprintf(link, "/proc/self/fd/%d", memory);
  Say("memory opened again", "%d", open(link, O_RDWR) >= 0);
}

static void Watch(const char* key, const char* path) {
  const int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  SayResult(key, inotify_add_watch(fd, path, IN_OPEN));
  const int opened = open(path, O_RDONLY);
  close(opened);
  char events[4096];
  SayResult("bytes of events", read(fd, events, sizeof(events)));
  close(fd);
}

static void Names(const char* item) {
  SayName("name of the directory", open(item, O_RDONLY | O_DIRECTORY));
  SayName("name of /gnu/store", open("/gnu/store", O_PATH));
  char text[4096], link[32];
  const int fd = open(item, O_PATH);
  sprintf(link, "/proc/self/fd/%d/share", fd);
  struct stat st;
  SayResult("below a descriptor", stat(link, &st));
  SayResult("fchdir", fchdir(fd));
  Say("getcwd", "%s", getcwd(text, sizeof(text)) ? text : ErrnoName(errno));
  SayResult("relative", access("share/data.txt", R_OK));
  SayResult("relative upwards", access("../../store/../../etc/passwd", R_OK));
  SayResult("getcwd into 5 bytes", syscall(SYS_getcwd, text, 5));
  SayResult("getcwd's length", syscall(SYS_getcwd, text, 4096));
}

int main(int argc, char** argv) {
  if (argc < 3) Die("usage: files ITEM SCRATCH");
  char path[4096];
  snprintf(path, sizeof(path), "%s/share/data.txt", argv[1]);
  if (chdir(argv[2])) Die("cannot go to %s", argv[2]);
  const int fd = open(path, O_RDONLY);
  if (fd < 0) Die("cannot open %s", path);
  SayName("name", fd);
  Maps(fd);
  Uses(fd);
  Unnamed();
  Watch("watch the store", path);
  Watch("watch the host", "/etc/passwd");
  Names(argv[1]);
  return 0;
}
