// The command `inspect`, as a user calls it: the forms of --command, scripts,
// and programs named by a pack's links.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "cli/sample_main.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace relocatable {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

Finished Inspect(std::vector<std::string> words, RunOptions options = {}) {
  words.insert(words.begin(), {Product(), "inspect"});
  return RunProgram(words, options);
}

TEST(InspectCommand, ThePlainFormRuns) {
  const Finished f = Inspect({"--command", "/usr/bin/git"});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_EQ(f.err, "");
  EXPECT_THAT(f.out, testing::Not(HasSubstr("--audit")));
  const std::string line = f.out.substr(0, f.out.find('\n'));
  EXPECT_THAT(RunProgram({"/bin/sh", "-c", line + " --version"}).out,
              StartsWith("git version "));
}

// doors_test (engines/conformance) runs what it prints of a pack's program.
TEST(InspectCommand, OfTheEngineIsForProgramsOfAPackThatTakeTheirLoader) {
  const Finished host =
      Inspect({"--command", "--engine=fakechroot", "/usr/bin/git"});
  EXPECT_EQ(host.status, 1);
  EXPECT_EQ(host.err,
            "relocatable inspect: '/usr/bin/git': the engine fakechroot does "
            "not start it by its ld.so, since it is of no pack\n");
  const Finished raw = Inspect(
      {"--command", "--engine=fakechroot", Sample().pack() + "/bin/raw"});
  EXPECT_EQ(raw.status, 1);
  EXPECT_THAT(raw.err, HasSubstr("by its ld.so, since it has no ld.so\n"));
}

TEST(InspectCommand, WrongEngineWordsAreUsage) {
  const Finished alone = Inspect({"--engine=fakechroot", "/usr/bin/git"});
  EXPECT_EQ(alone.status, 2);
  EXPECT_EQ(alone.err,
            "relocatable inspect: --engine goes with --command (see "
            "'relocatable inspect --help')\n");
  const Finished other =
      Inspect({"--command", "--engine=userns", "/usr/bin/git"});
  EXPECT_EQ(other.status, 2);
  EXPECT_EQ(other.err,
            "relocatable inspect: --engine: 'userns' does not start programs "
            "by a command of their ld.so; 'fakechroot' does (see 'relocatable "
            "inspect --help')\n");
}

TEST(InspectScript, SaysTheChainAndTheProgramItLeadsTo) {
  const std::string script = Sample().top() + "/script";
  ASSERT_TRUE(WriteFile(script, "#!/bin/sh -e\nexit 7\n", 0755).ok());
  const Finished text = Inspect({"script"}, {.cwd = Sample().top()});
  EXPECT_THAT(text.out, StartsWith(absl::StrCat(script,
                                                ": script\n  interpreter  "
                                                "/bin/sh -e\n/bin/sh: dynamic "
                                                "program for x86-64\n")))
      << text.err;
  const auto json =
      nlohmann::json::parse(Inspect({"--json", script}).out, nullptr, false);
  EXPECT_EQ(json["kind"], "script");
  EXPECT_EQ(json["scripts"][0]["argument"], "-e");
  EXPECT_EQ(json["program"]["kind"], "dynamic");
  const Finished line = Inspect({"--command", script});
  EXPECT_EQ(RunProgram({"/bin/sh", "-c", line.out}).status, 7) << line.out;
}

TEST(InspectName, ReportsThePackedProgramAndNotTheBinary) {
  const Finished f = Inspect({Sample().pack() + "/bin/raw"});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_THAT(f.out, StartsWith(Sample().item() + "/bin/raw: "));
  EXPECT_THAT(Inspect({Sample().pack() + "/relocatable"}).out,
              StartsWith(Sample().pack() + "/relocatable: "));
}

TEST(InspectFile, ARelativeNameIsSeenFromHere) {
  const Finished f = Inspect({"git"}, {.cwd = "/usr/bin"});
  EXPECT_THAT(f.out, StartsWith("/usr/bin/git: dynamic program"));
  const Finished none = Inspect({"none"}, {.cwd = "/usr/bin"});
  EXPECT_EQ(none.status, 1);
  EXPECT_EQ(none.err,
            "relocatable inspect: '/usr/bin/none': No such file or "
            "directory\n");
}

}  // namespace
}  // namespace relocatable
