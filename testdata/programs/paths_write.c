// Every system call that changes what a path leads to, on every path of
// path_set.h that is safe: the store must say EROFS exactly where the kernel
// says it of a read-only mount, the host must change as asked.
//
// usage: paths_write ITEM PROFILE SCRATCH GROUP; the groups are at the bottom.
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "path_set.h"

static long Opened(int fd) {
  if (fd < 0) return -1;
  const long written = write(fd, "x", 1);
  close(fd);
  return written;
}

static long OpenWrite(const char* p) {
  return Opened(open(p, O_WRONLY | O_NONBLOCK));
}
static long OpenBoth(const char* p) {
  return Opened(open(p, O_RDWR | O_NONBLOCK | O_APPEND));
}
static long OpenTruncate(const char* p) {
  return Opened(open(p, O_WRONLY | O_TRUNC | O_NONBLOCK));
}
static long OpenCreate(const char* p) {
  return Opened(open(p, O_WRONLY | O_CREAT | O_NONBLOCK, 0600));
}
static long OpenCreateNoFollow(const char* p) {
  return Opened(open(p, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600));
}
static long OpenCreateToRead(const char* p) {
  const int fd = open(p, O_RDONLY | O_CREAT | O_NONBLOCK, 0600);
  if (fd >= 0) close(fd);
  return fd < 0 ? -1 : 0;
}
static long OpenExclusive(const char* p) {
  return Opened(open(p, O_WRONLY | O_CREAT | O_EXCL, 0600));
}
static long OpenUnnamed(const char* p) {
  return Opened(open(p, O_WRONLY | O_TMPFILE, 0600));
}
static long Creat(const char* p) {
  if (strstr(p, "fifo")) return 0;  // would wait for a reader
  return Opened(creat(p, 0600));
}
static long Truncate(const char* p) { return truncate(p, 3); }

static long Mkdir(const char* p) { return mkdir(p, 0700); }
static long Mkfifo(const char* p) { return mknod(p, S_IFIFO | 0600, 0); }
static long MakeSocketNode(const char* p) {
  return mknod(p, S_IFSOCK | 0600, 0);
}
static long Symlink(const char* p) { return symlink("anywhere", p); }
static long LinkFrom(const char* p) { return link(p, "new"); }
static long LinkTo(const char* p) { return link("file", p); }
static long LinkFollowing(const char* p) {
  return linkat(AT_FDCWD, p, AT_FDCWD, "new", AT_SYMLINK_FOLLOW);
}

static long Unlink(const char* p) { return unlink(p); }
static long Rmdir(const char* p) {
  unlink("directory/inner");  // so that it can succeed
  return rmdir(p);
}
static long RenameFrom(const char* p) { return rename(p, "new"); }
static long RenameTo(const char* p) { return rename("file", p); }
static long RenameDirectoryTo(const char* p) { return rename("directory", p); }
static long RenameNoReplace(const char* p) {
  return syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, p, 1);
}
static long RenameExchange(const char* p) {
  return syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, p, 2);
}

static long Chmod(const char* p) { return chmod(p, 0700); }
static long ChmodAt2(const char* p) {
  const long done =
      syscall(452, AT_FDCWD, p, 0700, AT_SYMLINK_NOFOLLOW);  // Linux 6.6
  return done && errno == ENOSYS ? 0 : done;
}
static long Chown(const char* p) { return chown(p, getuid(), getgid()); }
static long Lchown(const char* p) { return lchown(p, getuid(), getgid()); }
static long Utime(const char* p) { return utimensat(AT_FDCWD, p, NULL, 0); }
static long UtimeNoFollow(const char* p) {
  return utimensat(AT_FDCWD, p, NULL, AT_SYMLINK_NOFOLLOW);
}
static long OldUtimes(const char* p) {
  const struct timeval times[2] = {{1, 0}, {1, 0}};
  return syscall(SYS_utimes, p, times);
}
static long Setxattr(const char* p) {
  return setxattr(p, "user.new", "x", 1, 0);
}
static long Lsetxattr(const char* p) {
  return lsetxattr(p, "user.new", "x", 1, 0);
}
static long Removexattr(const char* p) { return removexattr(p, "user.new"); }

static struct sockaddr_un Address(const char* path, socklen_t* size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const size_t length = strlen(path);
  if (length >= sizeof(address.sun_path)) Die("%s is too long", path);
  memcpy(address.sun_path, path, length);
  *size = offsetof(struct sockaddr_un, sun_path) + length + (length > 0);
  return address;
}
static long Bind(const char* p) {
  socklen_t size;
  const struct sockaddr_un address = Address(p, &size);
  if (!*p) return 0;  // binds to a name of the kernel's choice
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const long done = bind(fd, (const struct sockaddr*)&address, size);
  const int error = errno;
  close(fd);
  errno = error;
  return done;
}
static long Connect(const char* p) {
  socklen_t size;
  const struct sockaddr_un address = Address(p, &size);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const long done = connect(fd, (const struct sockaddr*)&address, size);
  const int error = errno;
  close(fd);
  errno = error;
  return done;
}

static const struct {
  const char* group;
  const char* name;
  long (*call)(const char* path);
} kCalls[] = {
    {"open", "open to write", OpenWrite},
    {"open", "open to append", OpenBoth},
    {"open", "open and truncate", OpenTruncate},
    {"open", "truncate", Truncate},
    {"create", "open and create", OpenCreate},
    {"create", "open and create nofollow", OpenCreateNoFollow},
    {"create", "open and create to read", OpenCreateToRead},
    {"create", "open exclusively", OpenExclusive},
    {"create", "open unnamed", OpenUnnamed},
    {"create", "creat", Creat},
    {"make", "mkdir", Mkdir},
    {"make", "mkfifo", Mkfifo},
    {"make", "mknod socket", MakeSocketNode},
    {"make", "symlink", Symlink},
    {"make", "link from", LinkFrom},
    {"make", "link to", LinkTo},
    {"make", "link following", LinkFollowing},
    {"remove", "unlink", Unlink},
    {"remove", "rmdir", Rmdir},
    {"remove", "rename from", RenameFrom},
    {"remove", "rename to", RenameTo},
    {"remove", "rename directory to", RenameDirectoryTo},
    {"remove", "rename without replacing", RenameNoReplace},
    {"remove", "rename exchanging", RenameExchange},
    {"attributes", "chmod", Chmod},
    {"attributes", "fchmodat2 nofollow", ChmodAt2},
    {"attributes", "chown", Chown},
    {"attributes", "lchown", Lchown},
    {"attributes", "utimensat", Utime},
    {"attributes", "utimensat nofollow", UtimeNoFollow},
    {"attributes", "utimes", OldUtimes},
    {"attributes", "setxattr", Setxattr},
    {"attributes", "lsetxattr", Lsetxattr},
    {"attributes", "removexattr", Removexattr},
    {"sockets", "bind", Bind},
    {"sockets", "connect", Connect},
};

int main(int argc, char** argv) {
  Begin(argc, argv);
  for (size_t call = 0; call < COUNT(kCalls); ++call) {
    if (argc > 4 && strcmp(argv[4], kCalls[call].group)) continue;
    for (size_t i = 0; i < COUNT(kStorePaths); ++i) {
      char path[8192], key[512];
      strcpy(path, Expand(kStorePaths[i]));
      snprintf(key, sizeof(key), "%s %s", kCalls[call].name, kStorePaths[i]);
      const long done = kCalls[call].call(path);
      SayResult(key, done);
      if (done >= 0) MakeScratch();  // what fails changes nothing
    }
  }
  return 0;
}
