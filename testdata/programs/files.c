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

// Changes through a descriptor that needs no name (AT_EMPTY_PATH).
static void Nameless(const char* item, const char* scratch) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/share/data.txt", item);
  const int fd = open(path, O_PATH), own = open("own", O_CREAT | O_RDWR, 0600);
  const int fds[] = {fd, own};
  for (size_t i = 0; i < 2; ++i) {
    SayResult("fchownat", fchownat(fds[i], "", getuid(), -1, AT_EMPTY_PATH));
    SayResult("utimensat", syscall(SYS_utimensat, fds[i], "", NULL, 0x1000));
    SayResult("utimensat without a path",
              syscall(SYS_utimensat, fds[i], NULL, NULL, 0));
    SayResult("empty path", fchownat(fds[i], "", getuid(), -1, 0));
    SayResult("fchmod", fchmod(fds[i], 0600));
  }
  if (chdir(item)) Die("cannot go to %s", item);
  SayResult("fchownat of the directory",
            fchownat(AT_FDCWD, "", getuid(), -1, AT_EMPTY_PATH));
  // From a relative name in the store to outside, and back.
  snprintf(path, sizeof(path), "%s/new", scratch);
  SayResult("link out of the store", link("share/data.txt", path));
  SayResult("rename out of the store", rename("share/data.txt", path));
  SayResult("link in the store", link("share/data.txt", "share/new"));
  SayResult("rename in the store", rename("share/data.txt", "share/new"));
  if (chdir(scratch)) Die("cannot go to %s", scratch);
  snprintf(path, sizeof(path), "%s/share/new", item);
  SayResult("link into the store", link("own", path));
  SayResult("rename into the store", rename("own", path));
  SayResult("link on the host", link("own", "new"));
  SayResult("rename on the host", rename("own", "new"));
  unlink("new");
}

// With the old call, which the C library no longer has.
static void OldDirectory(const char* key, const char* path, const char* name) {
  struct Entry {
    unsigned long inode;
    long offset;
    unsigned short length;
    char name[];
  };
  char entries[65536] __attribute__((aligned(8)));
  const int fd = open(path, O_RDONLY | O_DIRECTORY);
  long size, found = 0, odd = 0;
  while ((size = syscall(SYS_getdents, fd, entries, sizeof(entries))) > 0) {
    for (long at = 0; at < size;) {
      const struct Entry* entry = (const struct Entry*)(entries + at);
      const char type = entries[at + entry->length - 1];
      found += !strcmp(entry->name, name);
      odd += type != 0 && type != 4 && type != 8 && type != 10;
      at += entry->length;
    }
  }
  Say(key, "%ld %ld", found, odd);
  close(fd);
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
  if (chdir(argv[2])) Die("cannot go to %s", argv[2]);
  Nameless(argv[1], argv[2]);
  OldDirectory("entries of /", "/", "gnu");
  OldDirectory("entries of /gnu", "/gnu", "store");
  OldDirectory("entries of the store", "/gnu/store", "..");
  return 0;
}
