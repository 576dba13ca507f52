// The cache of twins, as programs of the host meet it: made at first use, then
// used, and never seen.
//
//   cached_twins_test RELOCATABLE
#include <stdlib.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/must_run.h"
#include "base/subprocess.h"
#include "engines/conformance/paths_main.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uid_t kStranger = 61234;
constexpr char kLibc[] = "/libc.so.6\n";

std::string relocatable;

class CachedTwins : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    char name[] = "/tmp/cached_twins.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    top_ = name;
    const Finished made =
        RunProgram({"/bin/sh", "-ec",
                    "chmod 755 .; mkdir -p x home; echo text > x/file; "
                    "install \"$0\" relocatable; chown -R 61234 x home || true",
                    relocatable},
                   {.cwd = top_});
    ASSERT_EQ(made.status, 0) << made.err;
    const Finished tried = Run("true", {"RELOCATABLE_CACHE_DIR="});
    if (tried.status != 0) RELOC_SKIP(GetParam(), tried.err);
  }
  void TearDown() override {
    RunProgram({"/bin/sh", "-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", top_});
  }

  // Runs a script as an ordinary user, below the words `before`.
  Finished Run(const std::string& script,
               const std::vector<std::string>& variables,
               const std::vector<std::string>& before = {}) const {
    std::vector<std::string> words = before;
    words.insert(
        words.end(),
        {top_ + "/relocatable", "run", std::string("--engine=") + GetParam(),
         "-b", top_ + "/x:/y/z", "--", "/bin/sh", "-c", script});
    std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
    environment.insert(environment.end(), variables.begin(), variables.end());
    return RunProgram(words, {.cwd = "/",
                              .env = environment,
                              .set_env = true,
                              .uid = kStranger,
                              .timeout_seconds = 60});
  }
  Finished Run(const std::string& script) const {
    return Run(script, {"HOME=" + top_ + "/home"});
  }
  std::string twins() const { return top_ + "/home/.cache/relocatable/twins/"; }

  std::string top_;
};

// The code in the shell's memory, by file.
constexpr char kShowCode[] =
    "while read -r range mode rest; do "
    "case $mode in r-x*) echo \"$rest\";; esac; done </proc/self/maps";

TEST_P(CachedTwins, AreMadeAtFirstUseAndThenUsed) {
  EXPECT_THAT(Run(kShowCode).out, HasSubstr(kLibc));
  const Finished f = Run(kShowCode);
  EXPECT_THAT(f.out, HasSubstr(twins()));
  EXPECT_THAT(f.out, Not(HasSubstr(kLibc)));
  EXPECT_EQ(f.err, "");
}

TEST_P(CachedTwins, AreFoundByAChildWithoutEnvironment) {
  const std::string child =
      std::string("exec /usr/bin/env -i /bin/sh -c '") + kShowCode + "'";
  Run(child);
  EXPECT_THAT(Run(child).out, HasSubstr(twins()));
}

TEST_P(CachedTwins, AreWhereVariablesSay) {
  const std::string other = top_ + "/home/other";
  const std::vector<std::string> shared = {"HOME=" + top_ + "/home",
                                           "XDG_CACHE_HOME=" + other};
  RunProgram({"/bin/mkdir", other}, {.uid = kStranger});
  Run(kShowCode, shared);
  EXPECT_THAT(Run(kShowCode, shared).out,
              HasSubstr(other + "/relocatable/twins/"));
  const std::vector<std::string> own = {"XDG_CACHE_HOME=" + other,
                                        "RELOCATABLE_CACHE_DIR=" + other};
  Run(kShowCode, own);
  EXPECT_THAT(Run(kShowCode, own).out, HasSubstr(other + "/twins/"));
  EXPECT_NE(access(twins().c_str(), F_OK), 0);
}

TEST_P(CachedTwins, AnEmptyVariableIsNoCache) {
  for (int i = 0; i < 2; ++i) {
    const Finished f =
        Run(kShowCode, {"HOME=" + top_ + "/home", "RELOCATABLE_CACHE_DIR="});
    EXPECT_THAT(f.out, HasSubstr(kLibc));
    EXPECT_EQ(f.err, "");
  }
  EXPECT_EQ(RunProgram({"/bin/ls", "-A", top_ + "/home"}).out, "");
}

TEST_P(CachedTwins, AreNotSeenByWhoReadsTheFile) {
  const std::string script =
      "sha256sum \"$(ldd /bin/sh | sed -n 's/.*=> "
      "\\(.*libc.so.6\\).*/\\1/p')\"";
  Run(script);
  const Finished f = Run(script);
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_EQ(f.out, RunProgram({"/bin/sh", "-c", script}).out);
}

TEST_P(CachedTwins, ProgramsDoTheSameWithAndWithout) {
  const std::string script = R"(
cat /y/z/file; cd /y/z; pwd -P; ls /y/z; ls -l /proc/self/fd | wc -l
umask; ulimit -f; find /y/z -type f | xargs cat
(exec 3</y/z/file; cat <&3); readlink -f /proc/self/exe
test -e /y/z/none || echo none
)";
  const Finished without = Run(script, {"RELOCATABLE_CACHE_DIR="});
  EXPECT_EQ(without.status, 0);
  for (int i = 0; i < 2; ++i) {
    const Finished f = Run(script);
    EXPECT_EQ(f.out, without.out);
    EXPECT_EQ(f.err, without.err);
    EXPECT_EQ(f.status, without.status);
  }
}

// SIGXFSZ would end it.
TEST_P(CachedTwins, ALimitOfFileSizesIsNotMet) {
  const std::vector<std::string> limited = {"/bin/sh", "-c",
                                            "ulimit -f 0; exec \"$@\"", "sh"};
  for (int i = 0; i < 2; ++i) {
    const Finished f =
        Run("cat /y/z/file", {"HOME=" + top_ + "/home"}, limited);
    EXPECT_EQ(f.out, "text\n");
    EXPECT_EQ(f.status, 0) << f.err;
  }
  EXPECT_EQ(RunProgram({"/bin/ls", "-A", twins()}).out, "");
}

INSTANTIATE_TEST_SUITE_P(Engines, CachedTwins,
                         ::testing::Values("inprocess", "fakechroot"),
                         [](const auto& i) { return std::string(i.param); });

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  return relocatable::RunTestsWithPaths(
      argc, argv, {{"RELOCATABLE", &relocatable::relocatable}});
}
