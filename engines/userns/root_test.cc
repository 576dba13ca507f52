// As root: no user namespace, every id, and the rest of the system untouched.
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engines/userns/testing/launcher.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kAllIds[] = "         0          0 4294967295\n";

class RootTest : public LauncherTest {
 protected:
  void SetUp() override { SKIP_UNLESS_ROOT(); }

  // Runs `before`, and then `script` through the engine, as root.
  Finished After(const std::string& before, const std::string& script) {
    Words words = {"sh", "-c", before + " \"$@\"", "sh"};
    for (const std::string& word : Packed({"/bin/sh", "-c", script})) {
      words.push_back(word);
    }
    return RunProgram(words, {.cwd = "/"});
  }
};

TEST_F(RootTest, KeepsEveryId) {
  const std::string file = lab_.MakeFile("file", "");
  const Finished run = After(
      "exec",
      absl::StrCat("cat /proc/self/uid_map /proc/self/gid_map; chown 77:88 ",
                   file, "; stat -c '%u %g' ", file,
                   "; setpriv --reuid 1 --regid 2 --clear-groups id -u"));
  EXPECT_EQ(run.out, absl::StrCat(kAllIds, kAllIds, "77 88\n1\n")) << run.err;
}

TEST_F(RootTest, StaysInItsUserNamespace) {
  EXPECT_EQ(After("exec", "readlink /proc/self/ns/user").out,
            RunProgram({"readlink", "/proc/self/ns/user"}).out);
}

TEST_F(RootTest, WithoutCapSysAdminKeepsEveryIdToo) {
  const std::string file = lab_.MakeFile("file", "");
  const Finished run = After(
      "exec setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin",
      absl::StrCat("cat /proc/self/uid_map /proc/self/gid_map; chown 77:88 ",
                   file, "; stat -c '%u %g' ", file, "; cat ", kPrefix,
                   "/item; setpriv --reuid 1 --regid 2 --clear-groups id -u"));
  EXPECT_EQ(run.out, absl::StrCat(kAllIds, kAllIds, "77 88\npacked\n1\n"))
      << run.err;
}

TEST_F(RootTest, WithoutTheRightToMapGroupsKeepsItsOwn) {
  const Finished run = After("exec setpriv --bounding-set=-sys_admin,-setgid",
                             "cat /proc/self/uid_map /proc/self/gid_map");
  EXPECT_EQ(run.out,
            absl::StrCat(kAllIds, "         0          0          1\n"))
      << run.err;
}

TEST_F(RootTest, WithoutCapSysChrootGoesThroughAUserNamespace) {
  EXPECT_EQ(After("exec setpriv --bounding-set=-sys_chroot",
                  absl::StrCat("cat ", kPrefix, "/item"))
                .out,
            "packed\n");
}

TEST_F(RootTest, NeedsNoProc) {
  EXPECT_EQ(After("exec unshare -m sh -c 'umount -l /proc; exec \"$@\"' sh",
                  absl::StrCat("cat ", kPrefix, "/item"))
                .out,
            "packed\n");
}

// systemd makes every mount shared: what is mounted in one namespace appears in
// the others.
TEST_F(RootTest, MountsNothingInTheSharedMountsOfOthers) {
  const Finished run =
      RunProgram({"unshare", "-m", "--propagation", "shared", "sh", "-c",
                  "cat /proc/self/mountinfo >\"$1\"; shift; \"$@\" >/dev/null; "
                  "cat /proc/self/mountinfo | diff \"$0\" - && echo same",
                  lab_.Path("before"), lab_.Path("before"), start_, "-u",
                  lab_.Path("store=") + kPrefix, "-b", lab_.Path("store=/mnt"),
                  "/bin/cat", "/proc/self/mountinfo"});
  EXPECT_EQ(run.out, "same\n") << run.err;
}

TEST_F(RootTest, LaterMountsOfTheHostAppear) {
  const std::string dir = lab_.MakeDir("later");
  const Finished run = RunProgram(
      {"unshare", "-m", "--propagation", "shared", "sh", "-c",
       absl::StrCat("mkfifo ", lab_.Path("go"), "; \"$@\" & read x <",
                    lab_.Path("go"), "; mount --bind ", lab_.Path("store"), " ",
                    dir, "; echo >", lab_.Path("go"), "; wait"),
       "sh", start_, "-u", lab_.Path("store=") + kPrefix, "/bin/sh", "-c",
       absl::StrCat("echo >", lab_.Path("go"), "; read x <", lab_.Path("go"),
                    "; cat ", dir, "/item")});
  EXPECT_EQ(run.out, "packed\n") << run.err;
}

// setns(2) alone would lead out of it.
TEST_F(RootTest, StaysInItsChroot) {
  const std::string root = lab_.MakeDir("root");
  std::string arrange = absl::StrCat("mount --bind ", root, " ", root);
  for (const char* dir :
       {"proc", "usr", "bin", "lib", "lib64", "tmp", "graft"}) {
    lab_.MakeDir(absl::StrCat("root/", dir));
    if (dir != std::string("graft")) {
      absl::StrAppend(&arrange, " && mount --rbind /", dir, " ", root, "/",
                      dir);
    }
  }
  for (const char* guest : {kPrefix, "/graft"}) {
    const Finished run = RunProgram(
        {"unshare", "-m", "sh", "-c",
         absl::StrCat(arrange, " && exec /usr/sbin/chroot ", root, " \"$@\""),
         "sh", start_, "-b", absl::StrCat(lab_.Path("store="), guest),
         "/bin/sh", "-c", absl::StrCat("cat ", guest, "/item; ls /")});
    EXPECT_THAT(run.out, ::testing::StartsWith("packed\n")) << run.err;
    EXPECT_THAT(run.out, HasSubstr("graft\n"));
    EXPECT_THAT(run.out, Not(HasSubstr("home\n")));
  }
}

}  // namespace
}  // namespace relocatable
