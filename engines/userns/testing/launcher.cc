#include "engines/userns/testing/launcher.h"

namespace relocatable {

LauncherTest::Words LauncherTest::Starting(Words words) const {
  words.insert(words.begin(), start_);
  return words;
}

LauncherTest::Words LauncherTest::Packed(Words words) const {
  const Words packed = {start_, "-u", lab_.Path("store=") + kPrefix};
  words.insert(words.begin(), packed.begin(), packed.end());
  return words;
}

Finished LauncherTest::Start(const Words& words,
                             const RunOptions& options) const {
  return RunAsUser(Starting(words), options);
}

Finished LauncherTest::StartPacked(const Words& words,
                                   const RunOptions& options) const {
  return RunAsUser(Packed(words), options);
}

std::string LauncherTest::Shell(const std::string& script,
                                const RunOptions& options) const {
  const Finished run = StartPacked({"/bin/sh", "-c", script}, options);
  EXPECT_EQ(run.err, "") << script;
  EXPECT_EQ(run.status, 0) << script;
  return run.out;
}

}  // namespace relocatable
