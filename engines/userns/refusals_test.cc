// Every refusal met in the field: the engine says what and what helps, and
// leaves the process able to go on to the next engine. Simulated by seccomp
// (testdata/deny), and by the real setting where a test can make it.
#include <sys/mount.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/must_run.h"
#include "engines/userns/testing/launcher.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class RefusalTest : public LauncherTest {
 protected:
  // {refusal, STORE=PREFIX, /bin/echo, went on}, with words before.
  Words Refusing(Words words) const {
    for (const std::string& word :
         {refusal_, lab_.Path("store=") + kPrefix, std::string("/bin/echo"),
          std::string("went on")}) {
      words.push_back(word);
    }
    return words;
  }

  void ExpectRefusal(const Finished& run, const std::string& what,
                     const std::string& remedy) {
    const std::vector<std::string> lines = absl::StrSplit(run.out, '\n');
    ASSERT_EQ(lines.size(), 5u) << run.out << run.err;
    EXPECT_EQ(lines[0], what);
    EXPECT_THAT(lines[1], StartsWith(remedy));
    EXPECT_EQ(lines[2], "unchanged");
    EXPECT_EQ(lines[3], "went on");
    EXPECT_EQ(run.status, 0);
  }

  const std::string deny_ = lab_.Install("testdata/deny/deny");
  const std::string refusal_ = lab_.Install("engines/userns/testing/refusal");
};

struct Case {
  const char* name;
  const char* rules;
  const char* what;
  const char* remedy;  // its beginning
};

class DeniedTest : public RefusalTest,
                   public ::testing::WithParamInterface<Case> {};

TEST_P(DeniedTest, LeavesTheProcessAsItWas) {
  ExpectRefusal(RunAsUser(Refusing({deny_, GetParam().rules, "--"})),
                GetParam().what, GetParam().remedy);
}

constexpr char kContainer[] = "a container's seccomp profile, a chroot";
constexpr char kModule[] = "a security module (AppArmor, SELinux, Landlock)";
constexpr char kFull[] = "the mount namespace is full";
constexpr char kKills[] = "a seccomp filter kills what mounts";
constexpr char kPermission[] =
    "cannot create a user namespace: Operation not permitted";

INSTANTIATE_TEST_SUITE_P(
    Denied, DeniedTest,
    ::testing::Values(
        Case{"Docker", "@docker", kPermission, kContainer},
        Case{"Debian", "@debian0", kPermission, kContainer},
        Case{"Limit", "@enospc",
             "cannot create a user namespace: No space left on device",
             "user namespaces are nested 33 deep already"},
        Case{"NoUserNamespaces", "@nouserns",
             "cannot create a user namespace: Invalid argument",
             "this kernel has no user namespaces"},
        Case{"Selinux", "clone(0&CLONE_NEWUSER)=EACCES",
             "cannot create a user namespace: Permission denied",
             "a security module forbids user namespaces"},
        Case{"Ubuntu", "@ubuntu",
             "cannot write /proc/self/uid_map: Operation not permitted",
             kModule},
        Case{"UbuntuOpen", "@ubuntu-open",
             "cannot write /proc/self/setgroups: Permission denied", kModule},
        Case{"UbuntuMount", "@ubuntu-mount",
             "cannot mount a new root directory: Permission denied", kModule},
        Case{"GroupMap", "write:/gid_map=EPERM",
             "cannot write /proc/self/gid_map: Operation not permitted",
             kModule},
        Case{"NoMount", "mount=ENOSYS",
             "cannot mount a new root directory: Function not implemented", ""},
        Case{"MountMax", "mount(3&MS_BIND)=ENOSPC",
             "cannot bind a directory of the host: No space left on device",
             kFull},
        Case{"ReadOnlyIsAPromise",
             "mount_setattr=ENOSYS,mount(3&MS_REMOUNT)=EPERM",
             "cannot make a mount read-only: Operation not permitted", kModule},
        // setns(2) does without chroot(2), but one of them there must be.
        Case{"NoWayIn", "setns=EPERM,chroot=EPERM",
             "cannot change the root directory: Operation not permitted",
             kModule},
        Case{"MountKills", "mount=KILL",
             "cannot set up the view: a system call was answered by SIGSYS: "
             "Operation not permitted",
             kKills},
        Case{"ChrootKills", "chroot=KILL",
             "cannot set up the view: a system call was answered by SIGSYS: "
             "Operation not permitted",
             kKills},
        Case{"ChildKilled", "child:mkdirat=KILL",
             "cannot set up the view: the attempt was killed: Operation not "
             "permitted",
             kKills}),
    [](const ::testing::TestParamInfo<Case>& i) { return i.param.name; });

// What other tools need, and this one does not.
class NotNeededTest : public RefusalTest,
                      public ::testing::WithParamInterface<const char*> {};

TEST_P(NotNeededTest, WorksWithout) {
  Words words = {deny_, GetParam(), "--"};
  for (const std::string& word :
       Packed({"/bin/cat", absl::StrCat(kPrefix, "/item")})) {
    words.push_back(word);
  }
  const Finished run = RunAsUser(words);
  EXPECT_EQ(run.out, "packed\n") << run.err;
}

INSTANTIATE_TEST_SUITE_P(
    Calls, NotNeededTest,
    ::testing::Values("pivot_root=EPERM,umount2=EPERM,clone3=ENOSYS",
                      "mount_setattr=ENOSYS", "mount_setattr=EPERM",
                      "open_tree=EPERM,move_mount=EPERM,fsopen=EPERM",
                      "setns=EPERM", "@gvisor", "setns(1==CLONE_NEWUSER)=EPERM",
                      "setns(1==CLONE_NEWNS)=EPERM", "chroot=EPERM",
                      "open:/ns/mnt=EACCES", "open:/ns/user=EACCES",
                      "unshare=EPERM", "capget=EPERM"));

TEST_F(RefusalTest, TheProbeSaysTheSame) {
  EXPECT_EQ(RunAsUser({refusal_, "--probe"}).out, "works\n");
  const Finished run = RunAsUser({deny_, "@ubuntu-mount", refusal_, "--probe"});
  EXPECT_THAT(
      run.out,
      StartsWith("cannot mount a new root directory: Permission denied\n"));
  EXPECT_THAT(run.out, HasSubstr(kModule));
  // The probe itself must not be taken for a refusal.
  EXPECT_EQ(RunAsUser({deny_, "setns=EPERM", refusal_, "--probe"}).out,
            "works\n");
  EXPECT_THAT(RunAsUser({deny_, "mount=KILL", refusal_, "--probe"}).out,
              HasSubstr(kKills));
}

TEST_F(RefusalTest, KillOnCloneKillsTheLauncher) {
  // Nothing can be done about it; said in README.md.
  EXPECT_EQ(RunAsUser(Refusing({deny_, "clone=KILL", "--"})).status, 128 + 31);
}

// --- The real thing -------------------------------------------------------

TEST_F(RefusalTest, InsideANamespaceWhoseLimitIsZero) {
  for (const char* what : {"user", "mnt"}) {
    const std::string setting = absl::StrCat("max_", what, "_namespaces");
    const Finished run = RunAsUser(Refusing(
        {"unshare", "-Ur", "sh", "-c",
         absl::StrCat("echo 0 >/proc/sys/user/", setting,
                      "; exec setpriv --bounding-set=-all --inh-caps=-all "
                      "--securebits=+noroot \"$@\""),
         "sh"}));
    ExpectRefusal(run,
                  "cannot create a user namespace: No space left on device",
                  absl::StrCat("user.", setting,
                               " is 0; an administrator can run 'sysctl user.",
                               setting, "=15000'"));
  }
}

TEST_F(RefusalTest, OfACallerWhoseIdIsNotMapped) {
  ExpectRefusal(RunAsUser(Refusing({"unshare", "-U"})), kPermission,
                kContainer);
}

TEST_F(RefusalTest, OfACallerInLandlock) {
  Words words = Refusing({});
  words.insert(words.begin() + 1, "--landlock");
  const Finished run = RunAsUser(words);
  if (run.status == 77) RELOC_SKIP("landlock", run.out);
  ExpectRefusal(run,
                "cannot mount a new root directory: Operation not permitted",
                kModule);
}

// Arranges a mount namespace as root, then refuses as an ordinary user.
class ArrangedTest : public RefusalTest {
 protected:
  Finished After(const std::string& arrangement, const std::string& become) {
    return RunProgram(Refusing(
        {"unshare", "-m", "sh", "-c",
         absl::StrCat(arrangement, " && exec ", become, " \"$@\""), "sh"}));
  }

  static constexpr char kUser[] =
      "setpriv --reuid=12345 --regid=12345 --clear-groups";
};

TEST_F(ArrangedTest, ReadOnlyProc) {
  SKIP_UNLESS_ROOT();
  ExpectRefusal(After("mount -o remount,bind,ro /proc", kUser),
                "cannot write /proc/self/setgroups: Read-only file system",
                "/proc is mounted read-only here");
}

TEST_F(ArrangedTest, NoProc) {
  SKIP_UNLESS_ROOT();
  ExpectRefusal(After("umount -l /proc", kUser),
                "cannot write /proc/self/setgroups: No such file or directory",
                "/proc is not mounted here");
}

TEST_F(ArrangedTest, InAChroot) {
  SKIP_UNLESS_ROOT();
  const std::string root = lab_.MakeDir("root");
  std::string arrange = "true";
  for (const char* dir : {"proc", "usr", "bin", "lib", "lib64", "tmp"}) {
    lab_.MakeDir(absl::StrCat("root/", dir));
    absl::StrAppend(&arrange, " && mount --rbind /", dir, " ", root, "/", dir);
  }
  ExpectRefusal(
      After(arrange,
            absl::StrCat("/usr/sbin/chroot --userspec=12345:12345 ", root)),
      kPermission, kContainer);
  // Root needs no user namespace, but its root must be a mount point.
  ExpectRefusal(
      After(arrange, absl::StrCat("/usr/sbin/chroot ", root)),
      "cannot keep mounts from the rest of the system: Invalid argument",
      "the root directory is no mount point: a chroot");
}

TEST_F(ArrangedTest, RootWithoutTheRightToMapIds) {
  SKIP_UNLESS_ROOT();
  ExpectRefusal(After("true", "setpriv --bounding-set=-sys_admin,-setfcap"),
                "cannot write /proc/self/uid_map: Operation not permitted",
                kModule);
}

}  // namespace
}  // namespace relocatable
