#include "base/subprocess.h"

#include <sys/stat.h>

#include <string>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

TEST(RunProgram, CollectsOutputErrorAndStatus) {
  const Finished f =
      RunProgram({"sh", "-c", "cat; echo no >&2; exit 3"}, {.input = "yes"});
  EXPECT_EQ(f.out, "yes");
  EXPECT_EQ(f.err, "no\n");
  EXPECT_EQ(f.status, 3);
}

TEST(RunProgram, TellsASignalFromAStatus) {
  EXPECT_EQ(RunProgram({"sh", "-c", "kill -TERM $$"}).status, 128 + 15);
}

TEST(RunProgram, SetsEnvironmentAndFolder) {
  const Finished f = RunProgram({"/usr/bin/env"},
                                {.cwd = "/", .env = {"A=b"}, .set_env = true});
  EXPECT_EQ(f.out, "A=b\n");
}

TEST(RunProgram, SaysWhatCannotBeRun) {
  const Finished f = RunProgram({"/nowhere/program"});
  EXPECT_EQ(f.status, 127);
  EXPECT_EQ(f.err,
            "cannot run '/nowhere/program': No such file or directory\n");
}

TEST(RunProgram, SurvivesAProgramThatDoesNotReadItsInput) {
  EXPECT_EQ(RunProgram({"true"}, {.input = std::string(1 << 20, 'x')}).status,
            0);
}

TEST(RunProgram, FeedsAndDrainsAtTheSameTime) {
  const std::string much(1 << 20, 'x');
  EXPECT_EQ(RunProgram({"cat"}, {.input = much}).out, much);
}

TEST(RunProgram, CallsBackBeforeTheExec) {
  EXPECT_EQ(
      RunProgram({"sh", "-c", "umask"}, {.before_exec = [] { umask(0123); }})
          .out,
      "0123\n");
}

TEST(RunProgram, KillsWhatDoesNotEnd) {
  const Finished f = RunProgram({"sh", "-c", "echo early; exec sleep 100"},
                                {.timeout_seconds = 1});
  EXPECT_EQ(f.status, 128 + 9);
  EXPECT_EQ(f.out, "early\n");
  EXPECT_EQ(f.err, "\n(killed: it did not end in 1 seconds)\n");
}

}  // namespace
}  // namespace relocatable
