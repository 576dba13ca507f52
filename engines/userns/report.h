// engines/userns/report.h - which step is being taken, and how it ended.
//
// Every step of the engine goes through a Report:
//
//   if (!report.At(kBindMount).Did(Syscall(__NR_mount, ...))) return false;
//
// The step is noted before the call and not after its failure: a seccomp filter
// may kill the caller inside it, and then the launcher, who shares the memory,
// still learns where.
#ifndef ENGINES_USERNS_REPORT_H_
#define ENGINES_USERNS_REPORT_H_

namespace relocatable::userns {

// The steps, in words that go behind "cannot". engine.cc explains refusals by
// comparing with these.
constexpr char kShowLayer[] = "show a pack of a machine's programs";
constexpr char kKeepWritable[] =
    "add a pack's files to a directory that may be written";
constexpr char kChangeLinker[] = "change a copy of the dynamic linker";
constexpr char kGetMemory[] = "get memory";
constexpr char kFindSource[] = "find what to show at a path of the view";
constexpr char kFollowLinks[] = "follow the symbolic links of a path";
constexpr char kCreateNamespaces[] = "create a user namespace";
constexpr char kCreateMountNamespace[] = "create a mount namespace";
constexpr char kDenySetgroups[] = "write /proc/self/setgroups";
constexpr char kMapUser[] = "write /proc/self/uid_map";
constexpr char kMapGroup[] = "write /proc/self/gid_map";
constexpr char kDetach[] = "keep mounts from the rest of the system";
constexpr char kMountRoot[] = "mount a new root directory";
constexpr char kListDirectory[] = "list a directory of the host";
constexpr char kMountPoint[] = "make a mount point in the new root";
constexpr char kBindHost[] = "bind a directory of the host";
constexpr char kBindMount[] = "bind a directory of the view";
constexpr char kReadOnly[] = "make a mount read-only";
constexpr char kChangeRoot[] = "change the root directory";
constexpr char kEnterDirectory[] = "enter the directory";
// The child in which all this is tried was killed.
constexpr char kKilled[] =
    "set up the view: a system call was answered by SIGSYS";
constexpr char kDied[] = "set up the view: the attempt was killed";

class Report {
 public:
  Report& At(const char* step) {
    step_ = step;
    return *this;
  }

  // Whether a system call succeeded; remembers its errno if not.
  bool Did(long result) {
    if (result >= 0) return true;
    error_ = static_cast<int>(-result);
    return false;
  }

  const char* step() const { return step_; }
  int error() const { return error_; }

 private:
  const char* step_ = "";
  int error_ = 0;
};

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_REPORT_H_
