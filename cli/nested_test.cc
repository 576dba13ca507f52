// A program in a view executes this binary, or another pack's: it must not
// matter by which engine the view was made. What is seen under each engine is
// held against userns, where the kernel does it all.
//
//   nested_test programs.tar RELOCATABLE, with DENY in the environment

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/subprocess.h"
#include "cli/sample_main.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using Words = std::vector<std::string>;

constexpr uid_t kStranger = 61237;

struct Way {
  const char* name;
  const char* engine;
  const char* denied;  // a rule of deny(1), or nullptr
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

constexpr Way kUserns = {"Userns", "userns", nullptr};

class Nested : public ::testing::TestWithParam<Way> {
 protected:
  Nested() {
    const std::string top = Sample().top();
    EXPECT_EQ(Shell(absl::StrCat(
                  "cp -f ", getenv("DENY"), " ", top, "/deny; mkdir -p ", top,
                  "/outer; echo outer >", top, "/outer/file; printf '#!",
                  Sample().pack(), "/bin/sh\\necho \"$0 $1\"\\n' >", top,
                  "/script; chmod 755 ", top, "/script")),
              "");
  }

  // The packed shell runs `script` with $PACK, $ITEM, $RUN (this binary) and
  // $TOP, under binds /outer and the pack's own.
  Finished Run(const std::string& script, const Way& way) const {
    Words words;
    if (way.denied != nullptr) {
      words = {Sample().top() + "/deny", way.denied, "--"};
    }
    for (const std::string& word :
         {Sample().pack() + "/relocatable", std::string("run"),
          absl::StrCat("--engine=", way.engine), std::string("-b"),
          Sample().top() + "/outer:/outer", std::string("--"),
          Sample().pack() + "/bin/sh", std::string("-c"), script}) {
      words.push_back(word);
    }
    return RunProgram(
        words, {.cwd = Sample().top(),
                .env = {"PATH=/usr/bin:/bin", "PACK=" + Sample().pack(),
                        "ITEM=" + Sample().item(),
                        absl::StrCat("RUN=", Sample().pack(), "/relocatable"),
                        "TOP=" + Sample().top()},
                .set_env = true,
                .uid = kStranger,
                .timeout_seconds = 60});
  }

  void ExpectAsUnderUserns(const std::string& script,
                           const std::string& part) const {
    const Finished expected = Run(script, kUserns);
    EXPECT_THAT(expected.out + expected.err, HasSubstr(part)) << script;
    const Finished f = Run(script, GetParam());
    EXPECT_EQ(f.out, expected.out) << script;
    EXPECT_EQ(f.err, expected.err) << script;
    EXPECT_EQ(f.status, expected.status) << script;
  }
};

TEST_P(Nested, AProgramOfAPack) {
  ExpectAsUnderUserns("$PACK/bin/identity one 'two  words'; echo $?",
                      "argv.2=two  words");
  ExpectAsUnderUserns("cd $PACK/bin && exec ./identity", "argv.0=./identity");
  ExpectAsUnderUserns("PATH=$PACK/bin; identity", "comm=identity");
  ExpectAsUnderUserns("$PACK/bin/ending kill 15; echo $?", "143");
  ExpectAsUnderUserns("$PACK/bin/gone; echo $?", "127");
  ExpectAsUnderUserns("$TOP/script x", "/script x");
}

TEST_P(Nested, TheTool) {
  ExpectAsUnderUserns("$RUN --version", "relocatable ");
  ExpectAsUnderUserns("$RUN run -- cat /outer/file", "outer");
  ExpectAsUnderUserns("$RUN run -- /nonexistent; echo $?", "127");
  ExpectAsUnderUserns("$RUN run --cd /outer -- sh -c 'pwd; cat file'",
                      "/outer\nouter\n");
  ExpectAsUnderUserns("$RUN run --name=identity $PACK a", "argv.1=a");
}

// Its paths are those of the view it is in.
TEST_P(Nested, ABindOfAPathOfTheView) {
  ExpectAsUnderUserns(
      "$RUN run -b $ITEM/share:/inner -b /outer:/copy -- sh -c 'cat "
      "/inner/data.txt /copy/file /outer/file'",
      "data of the store\nouter\nouter\n");
}

TEST_P(Nested, AgainAndAgain) {
  ExpectAsUnderUserns(
      "n=0; export n; s='n=$((n+1)); if [ $n -lt 40 ]; then exec $PACK/bin/sh "
      "-c \"$s\"; fi; echo $n'; export s; eval \"$s\"",
      "40\n");
}

INSTANTIATE_TEST_SUITE_P(
    Engines, Nested,
    ::testing::Values(Way{"Inprocess", "inprocess", nullptr},
                      Way{"Proot", "proot", nullptr},
                      Way{"ProotWithoutSeccomp", "proot", "seccomp=EPERM"}),
    [](const ::testing::TestParamInfo<Way>& i) { return i.param.name; });

}  // namespace
}  // namespace relocatable
