// base/subprocess.h - running a program from a test and seeing all it did.
//
//   Finished ls = RunProgram({"/bin/ls", "-l"}, {.cwd = "/tmp"});
//   EXPECT_EQ(ls.status, 0) << ls.err;
#ifndef BASE_SUBPROCESS_H_
#define BASE_SUBPROCESS_H_

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace relocatable {

struct RunOptions {
  std::string cwd;               // empty: the caller's
  std::vector<std::string> env;  // NAME=VALUE; only looked at with set_env
  bool set_env = false;          // false: the caller's environment
  uid_t uid = 0;                 // not 0: root's test runs it as this ordinary
                                 // user and group, with no other groups; an
                                 // ordinary user's as what it is
  std::string input;             // for its standard input
  // Called in the child, last of all: masks, limits, descriptors. The child was
  // forked, so it may not rely on other threads.
  std::function<void()> before_exec;
  // After so many seconds the program is killed with SIGKILL, and `err` says
  // so; 0 waits for ever.
  int timeout_seconds = 0;
};

struct Finished {
  int status = -1;  // exit status; 128 + N if it died of signal N
  std::string out;
  std::string err;
};

// Starts argv[0] (searched in PATH) and waits for it. A program that cannot be
// started has status 127 and says so in `err`.
Finished RunProgram(const std::vector<std::string>& argv,
                    const RunOptions& options = {});

}  // namespace relocatable

#endif  // BASE_SUBPROCESS_H_
