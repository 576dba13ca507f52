// engines/userns/testing/launcher.h - starting programs through the engine in a
// test: the freestanding `start` and what goes with it, in a lab.
#ifndef ENGINES_USERNS_TESTING_LAUNCHER_H_
#define ENGINES_USERNS_TESTING_LAUNCHER_H_

#include <string>
#include <vector>

#include "base/must_run.h"
#include "base/subprocess.h"
#include "engines/userns/testing/lab.h"
#include "gtest/gtest.h"

namespace relocatable {

// A prefix that no machine has.
inline constexpr char kPrefix[] = "/relocatable-test/store";

class LauncherTest : public ::testing::Test {
 protected:
  LauncherTest() { lab_.MakeFile("store/item", "packed\n"); }

  using Words = std::vector<std::string>;

  // {start, words...}.
  Words Starting(Words words) const;

  // `start` with the lab's store at kPrefix, then `words`.
  Words Packed(Words words) const;

  // As an ordinary user: Starting(words), Packed(words).
  Finished Start(const Words& words, const RunOptions& options = {}) const;
  Finished StartPacked(const Words& words,
                       const RunOptions& options = {}) const;

  // StartPacked({"/bin/sh", "-c", script}); its output, and nothing else.
  std::string Shell(const std::string& script,
                    const RunOptions& options = {}) const;

  const Lab lab_;
  const std::string start_ = lab_.Install("engines/userns/testing/start");
};

// What the test needs root for is not tested as an ordinary user.
#define SKIP_UNLESS_ROOT()                                                  \
  do {                                                                      \
    if (getuid() != 0) {                                                    \
      RELOC_SKIP("root", "root arranges the machine for an ordinary user"); \
    }                                                                       \
  } while (false)

}  // namespace relocatable

#endif  // ENGINES_USERNS_TESTING_LAUNCHER_H_
