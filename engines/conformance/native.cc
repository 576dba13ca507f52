#include "engines/conformance/native.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/fd.h"

namespace relocatable {
namespace {

std::string Failed(const std::string& what) {
  return "cannot " + what + ": " + strerror(errno);
}

bool Write(const char* path, const std::string& text) {
  const Fd fd(open(path, O_WRONLY | O_CLOEXEC));
  return fd.ok() && write(fd.get(), text.data(), text.size()) ==
                        static_cast<ssize_t>(text.size());
}

std::string Unshare() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(CLONE_NEWNS) == 0) return "";
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    return Failed("make a user namespace");
  }
  const std::string u = std::to_string(uid), g = std::to_string(gid);
  if (!Write("/proc/self/setgroups", "deny") ||
      !Write("/proc/self/uid_map", u + " " + u + " 1") ||
      !Write("/proc/self/gid_map", g + " " + g + " 1")) {
    return Failed("map the ids");
  }
  return "";
}

// One entry of the host's "/", made again in the working directory.
std::string Mirror(const char* name) {
  const std::string host = std::string("/") + name;
  struct stat st;
  if (lstat(host.c_str(), &st) != 0) return Failed("stat " + host);
  if (S_ISLNK(st.st_mode)) {
    char target[4096];
    const ssize_t size = readlink(host.c_str(), target, sizeof(target));
    if (size < 0 || symlink(std::string(target, size).c_str(), name) != 0) {
      return Failed("copy the link " + host);
    }
    return "";
  }
  const bool made =
      S_ISDIR(st.st_mode) ? mkdir(name, 0755) == 0 : mknod(name, 0644, 0) == 0;
  if (!made || mount(host.c_str(), name, nullptr, MS_BIND | MS_REC, nullptr)) {
    return Failed("bind " + host);
  }
  return "";
}

std::string MirrorRoot() {
  DIR* root = opendir("/");
  if (root == nullptr) return Failed("read /");
  std::string error;
  while (const dirent* entry = readdir(root)) {
    const std::string name = entry->d_name;
    if (name == "." || name == ".." || name == "gnu") continue;
    error = Mirror(entry->d_name);
    if (!error.empty()) break;
  }
  closedir(root);
  return error;
}

// A bind mount takes MS_RDONLY only in a second call, which must not drop a
// flag that a less privileged mount namespace has inherited.
std::string BindStore(const std::string& store) {
  struct statvfs st;
  if (mkdir("gnu", 0755) != 0 || mkdir("gnu/store", 0755) != 0 ||
      mount(store.c_str(), "gnu/store", nullptr, MS_BIND, nullptr) != 0 ||
      statvfs("gnu/store", &st) != 0) {
    return Failed("bind the store");
  }
  unsigned long kept = 0;
  if (st.f_flag & ST_NODEV) kept |= MS_NODEV;
  if (st.f_flag & ST_NOSUID) kept |= MS_NOSUID;
  if (st.f_flag & ST_NOATIME) kept |= MS_NOATIME;
  if (st.f_flag & ST_RELATIME) kept |= MS_RELATIME;
  if (mount(nullptr, "gnu/store", nullptr,
            MS_REMOUNT | MS_BIND | MS_RDONLY | kept, nullptr) != 0) {
    return Failed("make the store read-only");
  }
  return "";
}

}  // namespace

std::string EnterNativeView(const std::string& store,
                            const std::string& empty) {
  const mode_t mask = umask(022);
  std::string error = Unshare();
  if (!error.empty()) return error;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0 ||
      mount("native", empty.c_str(), "tmpfs", 0, "mode=755") != 0 ||
      chdir(empty.c_str()) != 0) {
    return Failed("mount a new root");
  }
  error = MirrorRoot();
  if (!error.empty()) return error;
  if (!store.empty()) error = BindStore(store);
  if (!error.empty()) return error;
  // The old root is put over the new one and taken away: pivot_root(2).
  if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 ||
      chdir("/") != 0) {
    return Failed("take the new root");
  }
  umask(mask);
  return "";
}

}  // namespace relocatable
