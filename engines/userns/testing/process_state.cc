#include "engines/userns/testing/process_state.h"

#include <dirent.h>
#include <limits.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <map>
#include <sstream>

namespace relocatable {
namespace {

std::string LinkText(const std::string& path) {
  char text[PATH_MAX];
  const ssize_t size = readlink(path.c_str(), text, sizeof(text));
  return size < 0 ? "" : std::string(text, size);
}

// What a descriptor leads to; pipes and sockets by kind alone.
std::string TargetOf(const std::string& fd) {
  const std::string target = LinkText("/proc/self/fd/" + fd);
  return target[0] == '/' ? target : target.substr(0, target.find('['));
}

std::string Identity(const char* path) {
  struct stat st;
  if (stat(path, &st) != 0) return "unreachable";
  return std::to_string(st.st_dev) + ":" + std::to_string(st.st_ino);
}

void AddStatus(std::ostream& out) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    for (const char* name :
         {"Umask:", "Uid:", "Gid:", "Groups:", "Threads:", "SigPnd:", "ShdPnd:",
          "SigBlk:", "SigIgn:", "SigCgt:", "CapInh:", "CapPrm:", "CapEff:",
          "CapAmb:", "NoNewPrivs:", "Cpus_allowed:"}) {
      if (line.rfind(name, 0) == 0) out << line << "\n";
    }
  }
}

void AddDescriptors(std::ostream& out) {
  DIR* const directory = opendir("/proc/self/fd");
  if (directory == nullptr) return;
  std::map<int, std::string> open;
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] == '.') continue;
    const int fd = std::stoi(entry->d_name);
    if (fd == dirfd(directory)) continue;
    open[fd] = TargetOf(entry->d_name);
  }
  closedir(directory);
  for (const auto& [fd, target] : open)
    out << "fd " << fd << ": " << target << "\n";
}

void AddLimits(std::ostream& out) {
  for (int i = 0; i < RLIM_NLIMITS; ++i) {
    rlimit limit;
    getrlimit(static_cast<__rlimit_resource>(i), &limit);
    out << "limit " << i << ": " << limit.rlim_cur << " " << limit.rlim_max
        << "\n";
  }
}

void AddSettings(std::ostream& out) {
  int signal = -1, subreaper = -1;
  prctl(PR_GET_PDEATHSIG, &signal);
  prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
  out << "parent death signal: " << signal << "\n"
      << "subreaper: " << subreaper << "\n"
      << "dumpable: " << prctl(PR_GET_DUMPABLE) << "\n"
      << "keep capabilities: " << prctl(PR_GET_KEEPCAPS) << "\n"
      << "secure bits: " << prctl(PR_GET_SECUREBITS) << "\n"
      << "AT_SECURE: " << getauxval(AT_SECURE) << "\n"
      << "nice: " << getpriority(PRIO_PROCESS, 0) << "\n";
}

}  // namespace

std::string DescribeProcess() {
  std::ostringstream out;
  char cwd[PATH_MAX];
  out << "cwd: " << (getcwd(cwd, sizeof(cwd)) == nullptr ? "?" : cwd) << " "
      << Identity(".") << "\n"
      << "uid: " << getuid() << " " << geteuid() << "\n"
      << "gid: " << getgid() << " " << getegid() << "\n"
      << "children: "
      << (waitpid(-1, nullptr, WNOHANG | __WALL) < 0 && errno == ECHILD
              ? "none"
              : "some")
      << "\n";
  AddStatus(out);
  AddSettings(out);
  AddDescriptors(out);
  AddLimits(out);
  return out.str();
}

std::string DescribeNamespaces() {
  std::ostringstream out;
  for (const char* name :
       {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"}) {
    out << LinkText(std::string("/proc/self/ns/") + name) << "\n";
  }
  out << "root: " << Identity("/") << "\n"
      << "session: " << getpid() << " " << getppid() << " " << getsid(0)
      << "\n";
  return out.str();
}

}  // namespace relocatable
