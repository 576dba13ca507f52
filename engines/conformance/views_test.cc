// Views other than a store's, which no native run can have: what is shown is
// written down here, and every engine must show it.
//
//   views_test RELOCATABLE

#include <stdlib.h>
#include <sys/stat.h>
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

// What a root's links mean is found in it, quickly or not.
TEST_P(Views, ARootsLinksStayInIt) {
  const Finished made = RunProgram({"/bin/sh", "-ec", R"(
mkdir -p root/usr root/mnt root/data/real root/dev root/way/under
for d in bin lib lib64; do
  if [ -L /$d ]; then ln -s usr/$d root/$d; else mkdir root/$d; fi
done
echo of root > root/data/real/file; echo deep > root/way/under/file
ln -s /data/real root/abs; ln -s ../../../../data root/data/up
ln -s loop root/data/loop; ln -s /none/x root/data/dangling
ln -s /mnt/m root/data/mount; ln -s data/real/file root/last
chown -R 61234 root || true
)"},
                                   {.cwd = top_});
  ASSERT_EQ(made.status, 0) << made.err;
  std::vector<std::string> options = {"-r", top_ + "/root",      "-b", "/usr",
                                      "-b", top_ + "/x/a:/mnt/m"};
  for (const std::string name : {"/bin", "/lib", "/lib64"}) {
    struct stat st;
    if (lstat(name.c_str(), &st) != 0 || S_ISLNK(st.st_mode)) continue;
    options.insert(options.end(), {"-b", name});
  }
  const Finished f = Run(options, R"(
cat /abs/file /data/up/real/file /last /data/real/file
readlink /abs; readlink -f /abs/file; readlink -f /data/up/up/real
stat -c %F /abs /abs/ /data/mount; stat -L -c %F /abs
cd /abs; pwd -P; cat file; cat ../real/file; cat ../up/real/file
cat /data/loop 2>/dev/null || echo loops
cat /data/dangling 2>/dev/null || echo dangles
(echo >/data/dangling) 2>/dev/null || echo cannot be made
cat /data/mount/file; cat /data/up/mount/file; cat /mnt/m/file
cd /mnt; ls; cat m/file; ls m; ls -d m/inner; cd /; cat mnt/m/file
cd /data; test -L up && echo a link; cat up/real/file; cat real/file
ln -s /data/real/file l; cat l; rm l; test -L l || echo removed
mkdir /abs/sub; rmdir real/sub && echo moved on
mv /abs/file moved; cat moved; mv moved /abs/file; cat real/file
echo new >/abs/new; cat real/new; rm up/real/new; ls real
cat /none /none/x real/file/x real/none/x 2>/dev/null || echo none
test -d /way && test -d /way/under/ && cat /way/under/file
cd /way/under; cat ../../data/real/file; cat ../../../../../abs/file
test -e /home && echo the host shows
)");
  EXPECT_EQ(f.out, R"(of root
of root
of root
of root
/data/real
/data/real/file
/data/real
symbolic link
directory
symbolic link
directory
/data/real
of root
of root
of root
loops
dangles
cannot be made
text
text
text
m
text
file
inner
m/inner
text
a link
of root
of root
of root
removed
moved on
of root
of root
new
file
none
deep
of root
of root
)");
  EXPECT_EQ(f.err, "");
}

INSTANTIATE_TEST_SUITE_P(Engines, Views,
                         ::testing::Values("userns", "inprocess", "fakechroot"),
                         [](const auto& info) {
                           return std::string(info.param);
                         });

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  return relocatable::RunTestsWithPaths(
      argc, argv, {{"RELOCATABLE", &relocatable::relocatable}});
}
