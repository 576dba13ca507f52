// Every system call that looks at a path, on every path of path_set.h: what it
// says must be what the kernel says where the store is really there.
//
// usage: paths_read ITEM PROFILE SCRATCH GROUP; the groups are at the bottom.
#define _GNU_SOURCE
#include <dirent.h>
#include <sys/inotify.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#include "path_set.h"

// linux/openat2.h, which musl's compiler does not see.
struct open_how {
  unsigned long flags, mode, resolve;
};
enum {
  RESOLVE_NO_XDEV = 1,
  RESOLVE_NO_MAGICLINKS = 2,
  RESOLVE_NO_SYMLINKS = 4,
  RESOLVE_BENEATH = 8,
  RESOLVE_IN_ROOT = 16,
};

static char result[16384];

static void Error(void) { strcpy(result, ErrnoName(errno)); }

// Type and permissions; for files of the store, whose inodes are the same
// natively and under an engine, all that stat knows but the owner.
static void Describe(const struct stat* st) {
  struct stat data;
  sprintf(result, "type %o perm %o", st->st_mode & S_IFMT, st->st_mode & 07777);
  if (S_ISREG(st->st_mode) && stat(Expand("S/share/data.txt"), &data) == 0 &&
      data.st_dev == st->st_dev && data.st_mtime == st->st_mtime) {
    sprintf(result + strlen(result), " size %ld links %ld inode %ld mtime %ld",
            (long)st->st_size, (long)st->st_nlink, (long)st->st_ino,
            (long)st->st_mtime);
  }
}

static void Stat(const char* path) {
  struct stat st;
  if (stat(path, &st)) return Error();
  Describe(&st);
}

static void Lstat(const char* path) {
  struct stat st;
  if (lstat(path, &st)) return Error();
  Describe(&st);
}

static void Owner(const char* path) {
  struct stat st;
  if (lstat(path, &st)) return Error();
  sprintf(result, "%u %u", st.st_uid, st.st_gid);
}

static void EmptyPathStat(const char* path) {
  struct stat st;
  const int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return Error();
  if (fstatat(fd, "", &st, AT_EMPTY_PATH)) {
    Error();
  } else {
    Describe(&st);
  }
  close(fd);
}

#ifdef STATX_ALL
static void Statx(const char* path) {
  struct statx st;
  if (syscall(SYS_statx, AT_FDCWD, path, 0, STATX_BASIC_STATS, &st)) {
    return Error();
  }
  sprintf(result, "mode %o", st.stx_mode);
}

static void StatxNoFollow(const char* path) {
  struct statx st;
  if (syscall(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_MODE,
              &st)) {
    return Error();
  }
  sprintf(result, "mode %o", st.stx_mode);
}
#else
#define Statx Stat
#define StatxNoFollow Lstat
#endif

static void Access(const char* path) {
  for (int mode = 0; mode < 8; ++mode) {
    sprintf(result + strlen(result), "%s ",
            access(path, mode) ? ErrnoName(errno) : "ok");
  }
}

static void Faccessat2(const char* path) {
  static const int kFlags[] = {0, 0x200, AT_SYMLINK_NOFOLLOW,
                               0x200 | AT_SYMLINK_NOFOLLOW};
  for (size_t i = 0; i < COUNT(kFlags); ++i) {
    sprintf(result + strlen(result), "%s ",
            syscall(439, AT_FDCWD, path, R_OK, kFlags[i]) ? ErrnoName(errno)
                                                          : "ok");
  }
}

static void DescribeAndClose(int fd) {
  struct stat st;
  if (fd < 0) return Error();
  if (fstat(fd, &st)) {
    Error();
  } else {
    Describe(&st);
  }
  char text[8] = "";
  if (S_ISREG(st.st_mode) && read(fd, text, 4) > 0) {
    sprintf(result + strlen(result), " reads %02x%02x", text[0] & 255,
            text[1] & 255);
  }
  close(fd);
}

#define OPENS(name, flags) \
  static void name(const char* path) { DescribeAndClose(open(path, flags)); }
OPENS(Open, O_RDONLY | O_NONBLOCK)
OPENS(OpenNoFollow, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
OPENS(OpenDirectory, O_RDONLY | O_DIRECTORY)
OPENS(OpenPath, O_PATH)
OPENS(OpenPathNoFollow, O_PATH | O_NOFOLLOW)
OPENS(OpenPathDirectory, O_PATH | O_DIRECTORY)

// EAGAIN: somewhere on the machine a file was renamed just now (openat2(2)).
static int OpenBy(int fd, const char* path, struct open_how how) {
  long result;
  do {
    result = syscall(437, fd, path, &how, sizeof(how));
  } while (result < 0 && errno == EAGAIN);
  return result;
}

#define OPENS2(name, how_resolve)                          \
  static void name(const char* path) {                     \
    struct open_how how = {.flags = O_RDONLY | O_NONBLOCK, \
                           .resolve = how_resolve};        \
    DescribeAndClose(OpenBy(AT_FDCWD, path, how));         \
  }
OPENS2(Openat2, 0)
OPENS2(Openat2NoSymlinks, RESOLVE_NO_SYMLINKS)
OPENS2(Openat2NoMagicLinks, RESOLVE_NO_MAGICLINKS)
OPENS2(Openat2Beneath, RESOLVE_BENEATH)
OPENS2(Openat2InRoot, RESOLVE_IN_ROOT)

// The rest of an absolute path relative to a descriptor of its beginning.
static const char* BelowItem(const char* path) {
  const char* rest =
      strncmp(path, item, strlen(item)) ? path : path + strlen(item);
  while (*rest == '/') ++rest;
  return rest;
}
static void FromStore(const char* path) {
  DescribeAndClose(openat(102, BelowItem(path), O_RDONLY | O_NONBLOCK));
}

// As the last one, and from "/", with bounds.
static void Bounded(int fd, const char* path, unsigned long resolve) {
  struct open_how how = {.flags = O_RDONLY | O_NONBLOCK, .resolve = resolve};
  DescribeAndClose(OpenBy(fd, path, how));
}
static void BeneathStore(const char* path) {
  Bounded(102, BelowItem(path), RESOLVE_BENEATH);
}
static void InStore(const char* path) {
  Bounded(102, BelowItem(path), RESOLVE_IN_ROOT);
}
static void OneMountFromStore(const char* path) {
  Bounded(102, BelowItem(path), RESOLVE_NO_XDEV);
}
static void BeneathRoot(const char* path) {
  while (*path == '/') ++path;
  Bounded(104, path, RESOLVE_BENEATH);
}
static void InRoot(const char* path) { Bounded(104, path, RESOLVE_IN_ROOT); }
static void FromGnu(const char* path) {
  while (*path == '/') ++path;
  if (!strncmp(path, "gnu/", 4)) path += 4;
  DescribeAndClose(openat(103, path, O_RDONLY | O_NONBLOCK));
}
static void FromRoot(const char* path) {
  while (*path == '/') ++path;
  DescribeAndClose(openat(104, path, O_RDONLY | O_NONBLOCK));
}
static void FromFile(const char* path) {
  DescribeAndClose(openat(100, path, O_RDONLY | O_NONBLOCK));
}
static void FromNothing(const char* path) {
  DescribeAndClose(openat(999, path, O_RDONLY | O_NONBLOCK));
}

static void Readlink(const char* path) {
  char text[4096];
  const ssize_t size = readlink(path, text, sizeof(text));
  if (size < 0) return Error();
  sprintf(result, "%.*s", (int)size, text);
}
static void ReadlinkShort(const char* path) {
  char text[8];
  const ssize_t size = readlink(path, text, sizeof(text));
  if (size < 0) return Error();
  sprintf(result, "%.*s", (int)size, text);
}
static void Realpath(const char* path) {
  char text[8192];
  if (!realpath(path, text)) return Error();
  strcpy(result, text);
}
// What the kernel calls the file once it is open.
static void Named(const char* path) {
  const int fd = open(path, O_PATH);
  if (fd < 0) return Error();
  char link[32];
  sprintf(link, "/proc/self/fd/%d", fd);
  Readlink(link);
  close(fd);
}

static void Chdir(const char* path) {
  if (chdir(path)) return Error();
  char cwd[4096], link[4096] = "";
  if (!getcwd(cwd, sizeof(cwd))) strcpy(cwd, ErrnoName(errno));
  if (readlink("/proc/self/cwd", link, sizeof(link) - 1) < 0) strcpy(link, "?");
  sprintf(result, "%s, %s", cwd, link);
  if (chdir(scratch)) Die("cannot go back");
}
static void Fchdir(const char* path) {
  const int fd = open(path, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return Error();
  char cwd[4096];
  if (fchdir(fd) || !getcwd(cwd, sizeof(cwd))) {
    Error();
  } else {
    strcpy(result, cwd);
  }
  close(fd);
  if (chdir(scratch)) Die("cannot go back");
}
static void Parent(const char* path) {
  struct stat st;
  if (chdir(path)) return Error();
  char cwd[4096];
  if (stat("..", &st) || chdir("..") || !getcwd(cwd, sizeof(cwd))) {
    Error();
  } else {
    sprintf(result, "%s", cwd);
  }
  if (chdir(scratch)) Die("cannot go back");
}

static void Readdir(const char* path) {
  struct dirent** entries;
  const int count = scandir(path, &entries, NULL, alphasort);
  if (count < 0) return Error();
  // The host's directories are not ours to describe; how many is enough.
  sprintf(result, "%d:", count);
  for (int i = 0; i < count; ++i) {
    if (strlen(result) < 4000) strcat(strcat(result, " "), entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
}

static void Statfs(const char* path) {
  struct statfs st;
  if (statfs(path, &st)) return Error();
  // "/" and "/gnu" belong to whoever makes the view.
  char real[8192];
  if (!realpath(path, real) || !real[strspn(real, "/")] ||
      !strcmp(real, "/gnu")) {
    strcpy(result, "ok");
  } else {
    sprintf(result, "type %#lx read-only %ld", (long)st.f_type,
            (long)st.f_flags & 1);
  }
}

static void Getxattr(const char* path) {
  char value[100];
  if (getxattr(path, "user.absent", value, sizeof(value)) < 0) return Error();
  strcpy(result, "there");
}
static void Lgetxattr(const char* path) {
  char value[100];
  if (lgetxattr(path, "user.absent", value, sizeof(value)) < 0) return Error();
  strcpy(result, "there");
}
static void Listxattr(const char* path) {
  char names[4096];
  const ssize_t size = listxattr(path, names, sizeof(names));
  if (size < 0) return Error();
  sprintf(result, "%zd", size);
}
static void Llistxattr(const char* path) {
  char names[4096];
  const ssize_t size = llistxattr(path, names, sizeof(names));
  if (size < 0) return Error();
  sprintf(result, "%zd", size);
}
static void Handle(const char* path) {
  char handle[8 + 128] = {128};
  int mount;
  if (syscall(SYS_name_to_handle_at, AT_FDCWD, path, handle, &mount, 0x400)) {
    return Error();
  }
  strcpy(result, "ok");
}
static void Inotify(const char* path) {
  const int fd = inotify_init1(IN_CLOEXEC);
  if (inotify_add_watch(fd, path, IN_OPEN) < 0) {
    Error();
  } else {
    strcpy(result, "ok");
  }
  close(fd);
}

static const struct {
  const char* group;
  const char* name;
  void (*call)(const char* path);
} kCalls[] = {
    {"stat", "stat", Stat},
    {"stat", "lstat", Lstat},
    {"stat", "statx", Statx},
    {"stat", "statx nofollow", StatxNoFollow},
    {"stat", "fstatat empty", EmptyPathStat},
    {"owner", "owner", Owner},
    {"access", "access", Access},
    {"access", "faccessat2", Faccessat2},
    {"open", "open", Open},
    {"open", "open nofollow", OpenNoFollow},
    {"open", "open directory", OpenDirectory},
    {"open", "open path", OpenPath},
    {"open", "open path nofollow", OpenPathNoFollow},
    {"open", "open path directory", OpenPathDirectory},
    {"openat", "from the item", FromStore},
    {"openat", "from /gnu", FromGnu},
    {"openat", "from /", FromRoot},
    {"openat", "from a file", FromFile},
    {"openat", "from nothing", FromNothing},
    {"openat2", "openat2", Openat2},
    {"openat2", "openat2 no symlinks", Openat2NoSymlinks},
    {"openat2", "openat2 no magic links", Openat2NoMagicLinks},
    {"openat2", "openat2 beneath", Openat2Beneath},
    {"openat2", "openat2 in root", Openat2InRoot},
    {"bounds", "beneath the item", BeneathStore},
    {"bounds", "in the item", InStore},
    {"bounds", "one mount", OneMountFromStore},
    {"bounds", "beneath /", BeneathRoot},
    {"bounds", "in /", InRoot},
    {"names", "readlink", Readlink},
    {"names", "readlink short", ReadlinkShort},
    {"names", "realpath", Realpath},
    {"names", "name when open", Named},
    {"chdir", "chdir", Chdir},
    {"chdir", "fchdir", Fchdir},
    {"chdir", "parent", Parent},
    {"readdir", "readdir", Readdir},
    {"other", "statfs", Statfs},
    {"other", "getxattr", Getxattr},
    {"other", "lgetxattr", Lgetxattr},
    {"other", "listxattr", Listxattr},
    {"other", "llistxattr", Llistxattr},
    {"other", "name_to_handle_at", Handle},
    {"other", "inotify_add_watch", Inotify},
};

static void Try(size_t call, const char* label, const char* path) {
  char key[512];
  result[0] = 0;
  kCalls[call].call(path);
  snprintf(key, sizeof(key), "%s %s", kCalls[call].name, label);
  Say(key, "%s", result);
}

static void TryTemplates(size_t call, const char* const* paths, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    char path[8192];
    strcpy(path, Expand(paths[i]));
    Try(call, paths[i], path);
  }
}

// Names and paths at the limits, and pointers to nowhere.
static void TryLimits(size_t call) {
  static char path[8192];
  const char* data = Expand("S/share/data.txt");
  for (int length = 255; length <= 256; ++length) {
    const int base = sprintf(path, "%s/share/", item);
    memset(path + base, 'x', length);
    path[base + length] = 0;
    Try(call, length == 255 ? "name of 255" : "name of 256", path);
  }
  // "////.../gnu/store/...": 4095 bytes fit, 4096 do not.
  for (int length = 4095; length <= 4096; ++length) {
    const int slashes = length - (int)strlen(data);
    memset(path, '/', slashes);
    strcpy(path + slashes, data);
    Try(call, length == 4095 ? "path of 4095" : "path of 4096", path);
  }
}

static void Reserve(int number, const char* path, int flags) {
  const int fd = open(path, flags);
  if (fd < 0) Die("cannot open %s", path);
  dup2(fd, number);
  close(fd);
}

int main(int argc, char** argv) {
  Begin(argc, argv);
  Reserve(100, Expand("S/share/data.txt"), O_RDONLY);
  Reserve(101, Expand("S/share"), O_RDONLY);
  Reserve(102, item, O_RDONLY | O_DIRECTORY);
  Reserve(103, "/gnu", O_PATH);
  Reserve(104, "/", O_RDONLY | O_DIRECTORY);
  for (size_t call = 0; call < COUNT(kCalls); ++call) {
    if (argc > 4 && strcmp(argv[4], kCalls[call].group)) continue;
    TryTemplates(call, kStorePaths, COUNT(kStorePaths));
    TryTemplates(call, kHostPaths, COUNT(kHostPaths));
    TryLimits(call);
  }
  return 0;
}
