// The command `engines PROGRAM`, as a user calls it.
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

using ::testing::HasSubstr;
using ::testing::Not;

Finished Engines(std::vector<std::string> words,
                 std::vector<std::string> env = {"PATH=/usr/bin:/bin"}) {
  words.insert(words.begin(), {Product(), "engines"});
  return RunProgram(words, {.env = env, .set_env = true});
}

// Static at addresses that the in-process engine keeps for itself.
std::string ProgramAt(const char* address) {
  const std::string source = Sample().top() + "/at.c";
  const std::string program = absl::StrCat(Sample().top(), "/at", address);
  EXPECT_TRUE(WriteFile(source, "int main(void){return 0;}", 0644).ok());
  const Finished f = RunProgram({"gcc", "-static", "-no-pie",
                                 absl::StrCat("-Wl,-Ttext-segment=", address),
                                 source, "-o", program});
  EXPECT_EQ(f.status, 0) << f.err;
  return program;
}

TEST(Engines, OfAProgramInPath) {
  const Finished f = Engines({"git"});
  EXPECT_THAT(f.out, HasSubstr("/usr/bin/git: dynamic program for x86-64\n"))
      << f.err;
  EXPECT_THAT(f.out, HasSubstr("  userns       serves it\n"));
  EXPECT_THAT(f.out, HasSubstr("  run          starts it directly; with --bind "
                               "or --root takes "));
}

TEST(Engines, OfAScript) {
  const std::string script = Sample().top() + "/script";
  ASSERT_TRUE(WriteFile(script, "#!/bin/sh\n", 0755).ok());
  EXPECT_THAT(Engines({script}).out,
              HasSubstr(absl::StrCat(script,
                                     ": script\n  interpreter  /bin/sh"
                                     "\n/bin/sh: dynamic program")));
}

TEST(Engines, OfAPacksName) {
  const auto json = nlohmann::json::parse(
      Engines({"--json", Sample().pack() + "/bin/raw"}).out, nullptr, false);
  ASSERT_TRUE(json.contains("program"));
  const auto& program = json["program"];
  EXPECT_EQ(program["file"]["path"], Sample().item() + "/bin/raw");
  EXPECT_EQ(program["direct"], false);
  // The first of the chain that works and serves it.
  std::string first;
  for (size_t i = json["engines"].size(); i-- > 0;) {
    EXPECT_EQ(program["engines"][i]["name"], json["engines"][i]["name"]);
    if (json["engines"][i]["works"] && program["engines"][i]["serves"]) {
      first = json["engines"][i]["name"];
    }
  }
  EXPECT_EQ(program["run"], first);
}

TEST(Engines, AddressesThatAnEngineKeepsForItself) {
  const Finished taken =
      Engines({ProgramAt("0x60000000")}, {"RELOCATABLE_ENGINE=inprocess"});
  EXPECT_EQ(taken.status, 1);
  EXPECT_THAT(taken.out, HasSubstr("  inprocess    cannot: it is linked to the "
                                   "addresses 0x60000000-"));
  EXPECT_THAT(
      taken.out,
      HasSubstr("  run          no engine that works here serves it\n"));
  EXPECT_THAT(Engines({ProgramAt("0x400000")}).out, Not(HasSubstr("cannot:")));
}

TEST(Engines, AnotherProcessorsProgramIsServedByNone) {
  const Finished f = Engines({Sample().host_item() + "/bin/foreign"});
  EXPECT_EQ(f.status, 1);
  EXPECT_THAT(f.out + f.err, HasSubstr("foreign"));
}

TEST(Engines, SetuidProgramsGainNothingWhereTraitsSaySo) {
  const std::string program = Sample().top() + "/setuid";
  std::filesystem::copy_file("/bin/true", program);
  ASSERT_EQ(Shell("chmod 4755 " + program), "");
  EXPECT_THAT(Engines({program}).out,
              HasSubstr("  inprocess    serves it; its setuid bits or "
                        "capabilities give it nothing\n"));
  EXPECT_THAT(Engines({program}).out, HasSubstr("  userns       serves it\n"));
}

TEST(Engines, SaysWhatIsWrong) {
  const Finished none = Engines({"/none"});
  EXPECT_EQ(none.status, 1);
  EXPECT_EQ(none.err,
            "relocatable engines: '/none': No such file or directory\n");
  const Finished word =
      Engines({"git"}, {"PATH=/usr/bin", "RELOCATABLE_ENGINE=usrns"});
  EXPECT_EQ(word.status, 1);
  EXPECT_THAT(word.err, HasSubstr("no engine 'usrns'; there are: "));
}

}  // namespace
}  // namespace relocatable
