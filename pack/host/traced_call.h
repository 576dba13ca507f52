// pack/host/traced_call.h - the paths that a stopped process is about to name
// to the kernel.
#ifndef PACK_HOST_TRACED_CALL_H_
#define PACK_HOST_TRACED_CALL_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace relocatable {

struct CallPath {
  std::string path;  // absolute, without "." and empty components
  bool executed = false;
  // The call makes, replaces, moves or only writes what is there: what a
  // command gives, and not what it needs.
  bool makes = false;
};

// Of the system call that process `pid`, stopped by ptrace(2), begins; nothing
// at the end of one.
std::vector<CallPath> PathsOfCall(pid_t pid);

}  // namespace relocatable

#endif  // PACK_HOST_TRACED_CALL_H_
