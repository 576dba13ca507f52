// The command `pack`, as a user calls it.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kHelp[] = " (see 'relocatable pack --help')\n";

class PackCommand : public ::testing::Test {
 protected:
  // Two items of a store that has no database: hello refers to libc.
  PackCommand() {
    libc_ =
        t_.Path(absl::StrCat("gnu/store/", std::string(32, 'a'), "-libc-1"));
    hello_ =
        t_.Path(absl::StrCat("gnu/store/", std::string(32, 'b'), "-hello-2"));
    const size_t top = t_.root().size() + 1;
    t_.File(libc_.substr(top) + "/lib/libc.so", "libc", 0444);
    t_.File(hello_.substr(top) + "/bin/hello",
            absl::StrCat("#!/bin/sh\n# ", libc_, "\n"), 0555);
    t_.Dir("work");
  }

  Finished Pack(std::vector<std::string> words,
                std::vector<std::string> env = {}) {
    words.insert(words.begin(), {std::filesystem::absolute(kProduct), "pack"});
    return RunProgram(words,
                      {.cwd = t_.Path("work"), .env = env, .set_env = true});
  }

  std::vector<std::string> Left() const {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(t_.Path("work"))) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  static constexpr char kProduct[] = "cli/relocatable";
  TempTree t_;
  std::string libc_, hello_;
};

TEST_F(PackCommand, MakesATreeWithThisBinary) {
  const Finished pack = Pack({"-q", "--scan", hello_});
  EXPECT_EQ(pack.status, 0) << pack.err;
  EXPECT_EQ(pack.out, "");
  EXPECT_EQ(pack.err, "");
  EXPECT_THAT(Left(), ElementsAre("hello-2-pack"));
  const std::string top = t_.Path("work/hello-2-pack");
  EXPECT_EQ(*ReadLink(top + "/bin/hello"), "../relocatable");
  EXPECT_TRUE(*ReadFile(top + "/relocatable") == *ReadFile(kProduct));
  struct stat st;
  ASSERT_EQ(stat((top + "/relocatable").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0755u);
  EXPECT_EQ(*ReadFile(absl::StrCat(top, "/root", libc_, "/lib/libc.so")),
            "libc");
}

TEST_F(PackCommand, TheNameOfTheOutputTellsTheFormat) {
  ASSERT_EQ(Pack({"-q", "--scan", "-o", "x.tar", hello_}).status, 0);
  EXPECT_THAT(RunProgram({"tar", "-tf", t_.Path("work/x.tar")}).out,
              HasSubstr("hello-2-pack/bin/hello\n"));
  ASSERT_EQ(Pack({"-q", "--scan", "-f", "tar.zst", hello_}).status, 0);
  EXPECT_EQ(
      RunProgram({"zstd", "-dcq", t_.Path("work/hello-2-pack.tar.zst")}).out,
      *ReadFile(t_.Path("work/x.tar")));
}

TEST_F(PackCommand, StandardOutputGetsTheSameBytes) {
  ASSERT_EQ(Pack({"-q", "--scan", "-o", "x.tar", hello_}).status, 0);
  const Finished pack = Pack({"-q", "--scan", "-f", "tar", "-o", "-", hello_});
  EXPECT_EQ(pack.err, "");
  EXPECT_TRUE(pack.out == *ReadFile(t_.Path("work/x.tar")));
}

TEST_F(PackCommand, ADryRunSaysWhatWouldBePacked) {
  const Finished pack = Pack({"-n", "-q", "--scan", hello_});
  EXPECT_EQ(pack.status, 0) << pack.err;
  EXPECT_THAT(pack.out, StartsWith("hello-2-pack: a tree of 2 items, "));
  EXPECT_THAT(pack.out, HasSubstr(absl::StrCat("  ", libc_, "\n")));
  EXPECT_THAT(pack.out, EndsWith(absl::StrCat("bin/hello starts ", hello_,
                                              "/bin/hello\n")));
  EXPECT_THAT(Left(), IsEmpty());
}

struct WrongCase {
  const char* name;
  std::vector<std::string> words;
  const char* message;
};

class Wrong : public PackCommand,
              public ::testing::WithParamInterface<WrongCase> {};

TEST_P(Wrong, UsageIsStatus2) {
  std::vector<std::string> words = GetParam().words;
  words.insert(words.begin(), {"--scan", hello_});
  const Finished pack = Pack(words);
  EXPECT_EQ(pack.status, 2);
  EXPECT_EQ(pack.err,
            absl::StrCat("relocatable pack: ", GetParam().message, kHelp));
  EXPECT_EQ(pack.out, "");
  EXPECT_THAT(Left(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, Wrong,
    ::testing::Values(
        WrongCase{"Format",
                  {"-f", "tar.zts"},
                  "no format 'tar.zts'; there are: tree, tar, tar.gz, tar.zst; "
                  "did you mean 'tar.zst'?"},
        WrongCase{"TreeToStdout",
                  {"-o", "-"},
                  "a tree cannot go to standard output (-f tar, tar.gz or "
                  "tar.zst can)"},
        WrongCase{"LevelOfATree",
                  {"--level", "3"},
                  "--level: tree is not compressed (-f tar.gz and -f tar.zst "
                  "are)"},
        WrongCase{"Level",
                  {"-f", "tar.gz", "--level", "10"},
                  "--level: 10 is not in 1 (fast) to 9 (small), the levels of "
                  "tar.gz"},
        WrongCase{"Option",
                  {"--exclud", "x"},
                  "no option '--exclud'; did you mean '--exclude'?"}),
    [](const ::testing::TestParamInfo<WrongCase>& i) { return i.param.name; });

TEST_F(PackCommand, NoSourceIsWrongUsage) {
  const Finished pack = Pack({});
  EXPECT_EQ(pack.status, 2);
  EXPECT_EQ(pack.err,
            absl::StrCat("relocatable pack: which programs or store items? "
                         "(relocatable pack [OPTION...] SOURCE...)",
                         kHelp));
}

TEST_F(PackCommand, FailureIsStatus1) {
  t_.Dir("work/hello-2-pack");
  const Finished exists = Pack({"-q", "--scan", hello_});
  EXPECT_EQ(exists.status, 1);
  EXPECT_EQ(exists.err,
            "relocatable pack: 'hello-2-pack': exists already (remove it, or "
            "choose another name with -o)\n");
  const Finished date =
      Pack({"-q", "--scan", "-o", "x", hello_}, {"SOURCE_DATE_EPOCH=now"});
  EXPECT_EQ(date.status, 1);
  EXPECT_THAT(date.err, StartsWith("relocatable pack: SOURCE_DATE_EPOCH: "
                                   "'now' is no time"));
  EXPECT_EQ(Pack({"-q", "--scan", "-o", "x", t_.Path("missing")}).status, 1);
  EXPECT_THAT(Left(), ElementsAre("hello-2-pack"));
}

TEST_F(PackCommand, HelpHasAnExample) {
  const Finished help = Pack({"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, HasSubstr("relocatable pack -o git-pack git"));
}

}  // namespace
}  // namespace relocatable
