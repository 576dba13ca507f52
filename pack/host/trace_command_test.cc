#include "pack/host/trace_command.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::EndsWith;

class TraceCommandTest : public ::testing::Test {
 protected:
  // Runs a line of sh(1) in the tree.
  void Run(const std::string& line) {
    const auto trace = TraceCommand(
        {"/bin/sh", "-c", absl::StrCat("cd ", t_.root(), "\n", line)}, 1);
    ASSERT_TRUE(trace.ok()) << trace.status();
    trace_ = *trace;
  }

  // "": not named; else of "found", "missing", "executed".
  std::string What(const std::string& path) const {
    for (const TracedFile& file : trace_.files) {
      if (file.path != path) continue;
      return !file.found ? "missing" : file.executed ? "executed" : "found";
    }
    return "";
  }
  std::string Here(const std::string& name) const {
    return What(t_.Path(name));
  }

  TempTree t_;
  Trace trace_;
};

TEST_F(TraceCommandTest, WhatIsOpenedExecutedAndLookedForInVain) {
  t_.File("data", "x");
  t_.File("sub/more", "y");
  t_.File("tool", "#!/bin/sh\nread x <sub/more\n", 0755);
  Run("read x <data; ./tool; test -e absent; exit 7");
  EXPECT_EQ(Here("data"), "found");
  EXPECT_EQ(Here("tool"), "executed");
  EXPECT_EQ(Here("sub/more"), "found");  // of a child
  EXPECT_EQ(Here("absent"), "missing");
  EXPECT_EQ(What("/bin/sh"), "executed");
  EXPECT_EQ(Here("nothing"), "");
  ASSERT_TRUE(WIFEXITED(trace_.status));
  EXPECT_EQ(WEXITSTATUS(trace_.status), 7);
}

TEST_F(TraceCommandTest, NotWhatTheCommandMakes) {
  t_.File("old", "x");
  t_.File("changed", "x");
  Run("echo 1 >made; read x <made; read x <./made; echo 2 >old; read x <old; "
      "mkdir dir; ls -d dir; rm made; chmod 600 changed");
  EXPECT_EQ(Here("made"), "");
  EXPECT_EQ(Here("old"), "");
  EXPECT_EQ(Here("dir"), "");
  EXPECT_EQ(Here("changed"), "found");
}

TEST_F(TraceCommandTest, ADirectorysDescriptorIsWhereAPathBegins) {
  t_.File("deep/er/file", "x");
  Run("find deep -type f -size 1 >/dev/null");
  EXPECT_EQ(Here("deep"), "found");
  EXPECT_EQ(Here("deep/er/file"), "found");
}

TEST_F(TraceCommandTest, TheCommandsSignalsAreItsOwn) {
  Run("trap 'exit 3' USR1; kill -USR1 $$; exit 4");
  EXPECT_EQ(WEXITSTATUS(trace_.status), 3);
  Run("kill -KILL $$");
  ASSERT_TRUE(WIFSIGNALED(trace_.status));
  EXPECT_EQ(WTERMSIG(trace_.status), SIGKILL);
  // Stopped by job control, and going on.
  Run("(sleep 0.2; kill -CONT $$) & kill -STOP $$; wait; exit 5");
  EXPECT_EQ(WEXITSTATUS(trace_.status), 5);
}

TEST_F(TraceCommandTest, WhoLivesLongerGoesOn) {
  Run("(sleep 0.3; echo 1 >late) >/dev/null 2>&1 & exit 0");
  EXPECT_NE(access(t_.Path("late").c_str(), F_OK), 0);
  for (int i = 0; i < 100; ++i) {
    if (access(t_.Path("late").c_str(), F_OK) == 0) return;
    usleep(50000);
  }
  FAIL() << "the command's child did not finish";
}

TEST_F(TraceCommandTest, InterruptsAreTheCommands) {
  // Both get it from a terminal.
  Run(absl::StrCat("kill -INT ", getpid(), "; exit 6"));
  EXPECT_EQ(WEXITSTATUS(trace_.status), 6);
  struct sigaction now;
  sigaction(SIGINT, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST_F(TraceCommandTest, ACommandThatCannotRun) {
  t_.File("text", "x");
  EXPECT_EQ(TraceCommand({"no-such-cmd"}, 1).status().message(),
            "--trace: cannot run 'no-such-cmd': No such file or directory");
  EXPECT_THAT(
      std::string(TraceCommand({t_.Path("text")}, 1).status().message()),
      EndsWith("/text': Permission denied"));
}

TEST_F(TraceCommandTest, ItsOutputGoesWhereItIsTold) {
  FILE* const file = tmpfile();
  ASSERT_TRUE(TraceCommand({"echo", "-n", "it"}, fileno(file)).ok());
  char text[3] = {};
  EXPECT_EQ(pread(fileno(file), text, 2, 0), 2);
  EXPECT_STREQ(text, "it");
  fclose(file);
}

}  // namespace
}  // namespace relocatable
