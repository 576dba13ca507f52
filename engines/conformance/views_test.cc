// Views other than a store's, which no native run can have: what is shown is
// written down here, and every engine must show it.
//
//   views_test RELOCATABLE

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/must_run.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr uid_t kStranger = 61234;

std::string relocatable;

class Views : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    char name[] = "/tmp/views.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    top_ = name;
    const Finished made = RunProgram(
        {"/bin/sh", "-ec",
         "chmod 755 .; mkdir -p x/a/inner cache; echo text > x/a/file; "
         "install \"$0\" relocatable; chown -R 61234 . || true",
         relocatable},
        {.cwd = top_});
    ASSERT_EQ(made.status, 0) << made.err;
    const Finished tried = Run({}, "true");
    if (tried.status != 0) RELOC_SKIP(GetParam(), tried.err);
  }
  void TearDown() override {
    RunProgram({"/bin/sh", "-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", top_});
  }

  // Runs a shell script as an ordinary user, with these options of `run`.
  Finished Run(const std::vector<std::string>& options,
               const std::string& script) {
    std::vector<std::string> words = {top_ + "/relocatable", "run",
                                      std::string("--engine=") + GetParam()};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--", "/bin/sh", "-c", script});
    return RunProgram(words,
                      {.cwd = "/",
                       .env = {"PATH=/usr/bin:/bin", "LC_ALL=C", "PWD=/",
                               "RELOCATABLE_CACHE_DIR=" + top_ + "/cache"},
                       .set_env = true,
                       .uid = kStranger,
                       .timeout_seconds = 60});
  }

  std::string top_;
};

TEST_P(Views, ShowDirectoriesThatOnlyTheyHave) {
  const Finished f = Run({"-b", top_ + "/x/a:/y/z/b"}, R"(
ls -d /y /y/. /y/z /y/z/b
ls -A / | grep -x y
ls -A /y; ls -A /y/z; ls -A /y/z/b
cd /y; pwd -P; cat z/b/file; cd z/b/inner; pwd -P; cd ../../..; pwd -P
cd /; cat y/z/b/file; readlink -f y//z/../z/b/inner
find /y | sort
test -w /y || echo cannot write
mkdir /y 2>/dev/null || echo is there
mkdir /y/new 2>/dev/null || echo no new one
cd /y/z; touch new 2>/dev/null || echo no new file
rmdir /y/z 2>/dev/null || echo stays
echo more > /y/z/b/more; cat b/more; rm b/more
ls /y/missing /z 2>/dev/null || echo missing
)");
  EXPECT_EQ(f.out, R"(/y
/y/.
/y/z
/y/z/b
y
z
b
file
inner
/y
text
/y/z/b/inner
/y
text
/y/z/b/inner
/y
/y/z
/y/z/b
/y/z/b/file
/y/z/b/inner
cannot write
is there
no new one
no new file
stays
more
missing
)");
  EXPECT_EQ(f.err, "");
}

TEST_P(Views, StartInADirectory) {
  const Finished f = Run({"-b", top_ + "/x/a:/y/z/b", "--cd", "/y/z/b/inner"},
                         "/bin/pwd -P; pwd; cd ..; pwd");
  EXPECT_EQ(f.out, "/y/z/b/inner\n/y/z/b/inner\n/y/z/b\n");
  // As a shell's cd sets it.
  EXPECT_EQ(Run({"-b", top_ + "/x/a:/y/z/b", "--cd", "/y/z"},
                "/usr/bin/env | grep ^PWD")
                .out,
            "PWD=/y/z\n");
}

INSTANTIATE_TEST_SUITE_P(Engines, Views,
                         ::testing::Values("userns", "inprocess"),
                         [](const auto& info) {
                           return std::string(info.param);
                         });

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  if (argc < 2) {
    fprintf(stderr, "usage: %s RELOCATABLE\n", argv[0]);
    return 2;
  }
  relocatable::relocatable = argv[1];
  if (relocatable::relocatable[0] != '/') {
    char* const cwd = get_current_dir_name();
    relocatable::relocatable = std::string(cwd) + "/" + argv[1];
    free(cwd);
  }
  return RUN_ALL_TESTS();
}
