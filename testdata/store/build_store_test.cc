// The command build_store.py: who can use it, what it builds anew, what it
// says.

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testdata/store/native.h"
#include "testdata/store/store.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The sources where an ordinary user can read them, and a home of his.
class BuildStore : public ::testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/build_store_test.XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    work_ = folder;
    ASSERT_EQ(chmod(folder, 0755), 0);
    const std::string here = StoreTool("");
    ASSERT_EQ(RunProgram({"/bin/cp", "-rL", here, work_ + "/src"}).status, 0);
    ASSERT_EQ(mkdir(Home().c_str(), 0755), 0);
    if (getuid() == 0) {
      ASSERT_EQ(chown(Home().c_str(), OrdinaryUser(), OrdinaryUser()), 0);
    }
  }

  void TearDown() override {
    RunProgram({"/bin/chmod", "-R", "u+w", work_});
    RunProgram({"/bin/rm", "-rf", work_});
  }

  std::string Home() const { return work_ + "/home"; }

  // `before` is a command that runs it.
  Finished Build(const std::vector<std::string>& options,
                 std::vector<std::string> before = {}) {
    before.insert(before.end(),
                  {"/usr/bin/python3", "-B", work_ + "/src/build_store.py"});
    before.insert(before.end(), options.begin(), options.end());
    return RunProgram(
        before, {.env = {"HOME=" + Home(), "PATH=/usr/sbin:/usr/bin:/bin"},
                 .set_env = true,
                 .uid = OrdinaryUser()});
  }

  void AppendTo(const std::string& source, const std::string& text) {
    const std::string path = work_ + "/src/builder/" + source;
    ASSERT_TRUE(WriteFile(path, *ReadFile(path) + "\n" + text, 0644).ok());
  }

  std::string work_;
};

ino_t Inode(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_ino;
}

TEST_F(BuildStore, KeepsAnOrdinaryUsersStoreInHisCache) {
  const Finished built = Build({"--profile", "hello"});
  ASSERT_EQ(built.status, 0) << built.err;
  EXPECT_EQ(built.err, "");
  EXPECT_THAT(built.out,
              StartsWith(Home() + "/.cache/relocatable-build/store-"));
  // It is a store; and the host has not got its prefix.
  const std::string folder = built.out.substr(0, built.out.size() - 1);
  const std::string profile = *ReadLink(folder + "/profile");
  EXPECT_THAT(profile, StartsWith("/gnu/store/"));
  EXPECT_EQ(access((folder + profile + "/bin").c_str(), F_OK), -1)
      << "a link into the store leads somewhere on the host";
}

// One item that needs no other: the smallest store there is.
const char kSmallest[] = "--profile=musl";

TEST_F(BuildStore, BuildsAnewOnlyIfSomethingChanged) {
  const std::string store = Home() + "/store";
  const std::vector<std::string> options = {kSmallest, "--output", store};
  ASSERT_EQ(Build(options).out, store + "\n");
  const ino_t first = Inode(store + "/key");
  ASSERT_EQ(Build(options).out, store + "\n");
  EXPECT_EQ(Inode(store + "/key"), first);

  AppendTo("finish.py", "# changed\n");
  ASSERT_EQ(Build(options).out, store + "\n");
  EXPECT_NE(Inode(store + "/key"), first);
}

TEST_F(BuildStore, IsBuiltOnceForAllWhoAskAtOnce) {
  const std::string built = Home() + "/built";
  AppendTo("finish.py",
           "open('" + built + "', 'a').write(os.environ['item'])\n");
  const Finished both =
      Build({kSmallest}, {"/bin/sh", "-c", "\"$@\" & \"$@\" & wait", "sh"});
  EXPECT_EQ(both.err, "");
  const std::string path = both.out.substr(0, both.out.find('\n') + 1);
  EXPECT_THAT(path, StartsWith(Home() + "/.cache/relocatable-build/store-"));
  EXPECT_EQ(both.out, path + path);
  EXPECT_EQ(*ReadFile(built), "muslprofile");
}

// Whoever comes next waits for what the dead one has left running.
TEST_F(BuildStore, StartsAgainWhereItWasKilled) {
  const std::string mark = Home() + "/mark", store = Home() + "/store";
  AppendTo("finish.py", "if not os.path.exists('" + mark +
                            "'):\n"
                            "    open('" +
                            mark +
                            "', 'x').close()\n"
                            "    import time; time.sleep(3)\n");
  const Finished killed = Build({kSmallest, "--output", store},
                                {"/bin/sh", "-c",
                                 "\"$@\" & while [ ! -e ~/mark ]; do sleep .1; "
                                 "done; kill -KILL $!; wait $!",
                                 "sh"});
  EXPECT_EQ(killed.status, 128 + 9) << killed.out;
  EXPECT_EQ(access(store.c_str(), F_OK), -1);
  EXPECT_EQ(access((store + ".new").c_str(), F_OK), 0);

  EXPECT_EQ(Build({kSmallest, "--output", store}).err, "");
  EXPECT_EQ(access((store + "/key").c_str(), F_OK), 0);
  EXPECT_EQ(access((store + ".new").c_str(), F_OK), -1);
  EXPECT_EQ(access((store + ".work").c_str(), F_OK), -1);
}

// Simulated by a user namespace in which no other can be made, and without the
// rights over it that would do instead.
TEST_F(BuildStore, SaysWhatIsMissingWithoutNamespaces) {
  const Finished refused =
      Build({kSmallest, "--output", Home() + "/store"},
            {"/usr/bin/unshare", "-Ur", "/bin/sh", "-c",
             "echo 0 > /proc/sys/user/max_user_namespaces && "
             "exec setpriv --inh-caps=-all --bounding-set=-all \"$@\"",
             "sh"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err,
              HasSubstr("build_store: cannot build the store:\n"
                        "enter: cannot create a user namespace (see "
                        "user.max_user_namespaces"));
}

TEST_F(BuildStore, SaysWhichPackageIsMissing) {
  EXPECT_EQ(Build({"--profile", "no-such-package"}).err,
            "build_store: packages are missing (apt-get install "
            "no-such-package)\n");
}

}  // namespace
}  // namespace relocatable
