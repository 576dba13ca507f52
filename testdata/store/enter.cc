// enter - runs a program on a machine that has a store at its own prefix.
//
//   enter [--uid=N] [--hide-host] [--writable] STORE PREFIX PROGRAM [ARG...]
//
// The directory STORE is seen as PREFIX (say /gnu/store) by PROGRAM and its
// children, and by nobody else: the host never gets a PREFIX. This is how the
// store is built, and how a program of the store runs "natively", which is what
// every engine is compared with. It shares no code with any engine.
//
//   --uid=N      run as this user and group, with no other groups; only root
//   can
//   --hide-host  nothing of the host is there but /dev, /etc, /proc, /sys, /tmp
//                and /var: what a program finds, it finds in its store
//   --writable   STORE can be written; otherwise it is read-only, as real ones
//
// Root needs a private mount namespace, an ordinary user a user namespace as
// well (his id is mapped to itself). Exit status: the program's; 125 if the
// namespace cannot be had, 127 if the program cannot be started.
//
// This file needs nothing but the C library, so that build_store.py can compile
// it before there is a build.

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

struct Options {
  uid_t uid = 0;  // 0: stay who we are
  bool hide_host = false;
  bool writable = false;
  std::string store;
  std::string prefix;
  char** program = nullptr;
};

[[noreturn, gnu::format(printf, 2, 3)]] void Die(int status, const char* format,
                                                 ...) {
  const int error = errno;
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "enter: ");
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fprintf(stderr, ": %s\n", strerror(error));
  exit(status);
}

Options Parse(int argc, char** argv) {
  Options options;
  int next = 1;
  for (; next < argc && strncmp(argv[next], "--", 2) == 0; ++next) {
    const std::string word = argv[next];
    if (word.rfind("--uid=", 0) == 0) {
      options.uid = strtoul(word.c_str() + 6, nullptr, 10);
    } else if (word == "--hide-host") {
      options.hide_host = true;
    } else if (word == "--writable") {
      options.writable = true;
    } else {
      errno = EINVAL;
      Die(125, "option '%s'", word.c_str());
    }
  }
  if (argc - next < 3 || argv[next][0] != '/' || argv[next + 1][0] != '/') {
    errno = EINVAL;
    Die(125, "wants STORE PREFIX PROGRAM, the first two absolute");
  }
  options.store = argv[next];
  options.prefix = argv[next + 1];
  options.program = argv + next + 2;
  return options;
}

void WriteFile(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text.data(), text.size()) != ssize_t(text.size())) {
    Die(125, "cannot write '%s'", path);
  }
  close(fd);
}

// user_namespaces(7): who has no privilege may map only his own ids, and the
// group only after giving up setgroups(2).
void MapOwnIds(uid_t uid, gid_t gid) {
  const std::string user = std::to_string(uid), group = std::to_string(gid);
  WriteFile("/proc/self/setgroups", "deny");
  WriteFile("/proc/self/uid_map", user + " " + user + " 1");
  WriteFile("/proc/self/gid_map", group + " " + group + " 1");
}

void UnshareMounts() {
  const uid_t uid = getuid();
  const gid_t gid = getgid();
  if (uid == 0 && unshare(CLONE_NEWNS) == 0) {
    // What is mounted from here on must not reach the host.
    if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
      Die(125, "cannot make the mounts of '/' private");
    }
    return;
  }
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    Die(125,
        "cannot create a user namespace (see user.max_user_namespaces and "
        "kernel.unprivileged_userns_clone in sysctl(8); root in a container "
        "needs CAP_SYS_ADMIN)");
  }
  MapOwnIds(uid, gid);
}

bool IsVisible(const Options& options, const std::string& name) {
  // The prefix is built by us, whatever the host has there.
  if (options.prefix.rfind("/" + name + "/", 0) == 0) return false;
  if (!options.hide_host) return true;
  for (const char* shown : {"dev", "etc", "proc", "sys", "tmp", "var"}) {
    if (name == shown) return true;
  }
  return false;
}

// Makes `name` in the working directory the same thing as /`name`.
void Mirror(const std::string& name) {
  const std::string host = "/" + name;
  struct stat what;
  if (lstat(host.c_str(), &what) != 0) return;
  if (S_ISLNK(what.st_mode)) {
    char target[4096];
    const ssize_t size = readlink(host.c_str(), target, sizeof(target) - 1);
    target[size > 0 ? size : 0] = '\0';
    if (symlink(target, name.c_str()) != 0) {
      Die(125, "cannot mirror '%s'", host.c_str());
    }
    return;
  }
  if (S_ISDIR(what.st_mode)) {
    mkdir(name.c_str(), 0755);
  } else {
    close(open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  }
  // Recursive: in a user namespace the mounts below a mount are locked to it.
  if (mount(host.c_str(), name.c_str(), nullptr, MS_BIND | MS_REC, nullptr)) {
    Die(125, "cannot mirror '%s'", host.c_str());
  }
}

void MirrorHost(const Options& options) {
  DIR* root = opendir("/");
  if (root == nullptr) Die(125, "cannot read '/'");
  while (const dirent* entry = readdir(root)) {
    const std::string name = entry->d_name;
    if (name != "." && name != ".." && IsVisible(options, name)) Mirror(name);
  }
  closedir(root);
}

void BindStore(const Options& options) {
  const std::string at = options.prefix.substr(1);
  for (size_t slash = at.find('/');; slash = at.find('/', slash + 1)) {
    mkdir(at.substr(0, slash).c_str(), 0755);
    if (slash == std::string::npos) break;
  }
  if (mount(options.store.c_str(), at.c_str(), nullptr, MS_BIND | MS_REC,
            nullptr) != 0) {
    Die(125, "cannot show '%s' as '%s'", options.store.c_str(),
        options.prefix.c_str());
  }
  // mount_setattr(2) adds the one flag; a remount would have to repeat the
  // flags that are locked in a user namespace.
  mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
  if (!options.writable && mount_setattr(AT_FDCWD, at.c_str(), AT_RECURSIVE,
                                         &read_only, sizeof(read_only)) != 0) {
    Die(125, "cannot make '%s' read-only", options.prefix.c_str());
  }
}

// A file system mounted on "/" is below nobody's root, but "/.." leads to it
// (path_resolution(7): the parent of the root is the root, mounts followed).
// So the old root stays reachable as "/" while the new one is filled from ".".
void BuildRoot(const Options& options) {
  const mode_t mask = umask(0);
  if (mount("enter", "/", "tmpfs", 0, "mode=755") != 0 || chdir("/..") != 0) {
    Die(125, "cannot mount a new root");
  }
  MirrorHost(options);
  BindStore(options);
  if (chroot(".") != 0) Die(125, "cannot change to the new root");
  umask(mask);
}

// Back to where the caller was: by its name, or else (it is deleted) to the
// directory itself, unless that would lead back to the hidden host.
void Return(const Options& options, int cwd, const char* path) {
  if (path != nullptr && chdir(path) == 0) return;
  if ((options.hide_host ? chdir("/") : fchdir(cwd)) != 0) {
    Die(125, "cannot return to the working directory");
  }
}

void BecomeUser(uid_t uid) {
  if (setgroups(0, nullptr) != 0 || setresgid(uid, uid, uid) != 0 ||
      setresuid(uid, uid, uid) != 0) {
    Die(125, "cannot become uid %u", uid);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = Parse(argc, argv);
  const int cwd = open(".", O_PATH | O_CLOEXEC);
  const char* path = getcwd(nullptr, 0);
  UnshareMounts();
  BuildRoot(options);
  Return(options, cwd, path);
  if (options.uid != 0) BecomeUser(options.uid);
  execvp(options.program[0], options.program);
  Die(127, "cannot run '%s'", options.program[0]);
}
