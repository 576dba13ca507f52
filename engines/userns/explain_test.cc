#include "engines/userns/explain.h"

#include <cerrno>
#include <string>

#include "engines/fake_host.h"
#include "engines/userns/report.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable::userns {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  const char* name;
  const char* step;
  int error;
  const char* setting;  // below /proc/sys, or nullptr
  const char* value;
  const char* what;
  const char* remedy;  // its beginning
};

class ExplainTest : public ::testing::TestWithParam<Case> {};

TEST_P(ExplainTest, NamesTheCauseAndWhatHelps) {
  const Case& c = GetParam();
  FakeHost host;
  if (c.setting != nullptr) {
    host.settings[std::string("/proc/sys/") + c.setting] = c.value;
  }
  const Reason reason =
      ExplainRefusal({Outcome::kRefused, c.step, c.error}, host);
  EXPECT_EQ(reason.what, c.what);
  EXPECT_THAT(reason.remedy, ::testing::StartsWith(c.remedy));
  EXPECT_EQ(reason.remedy.empty(), *c.remedy == '\0');
}

constexpr char kCannotCreate[] =
    "cannot create a user namespace: Operation not permitted";

INSTANTIATE_TEST_SUITE_P(
    Refusals, ExplainTest,
    ::testing::Values(
        Case{"DebianSwitch", kCreateNamespaces, EPERM,
             "kernel/unprivileged_userns_clone", "0", kCannotCreate,
             "kernel.unprivileged_userns_clone is 0; an administrator can run "
             "'sysctl kernel.unprivileged_userns_clone=1'"},
        // A switch that is on is not to blame.
        Case{"Container", kCreateNamespaces, EPERM,
             "kernel/unprivileged_userns_clone", "1", kCannotCreate,
             "a container's seccomp profile, a chroot"},
        Case{"NoUsers", kCreateNamespaces, ENOSPC, "user/max_user_namespaces",
             "0", "cannot create a user namespace: No space left on device",
             "user.max_user_namespaces is 0; an administrator can run 'sysctl "
             "user.max_user_namespaces=15000'"},
        Case{"NoMounts", kCreateNamespaces, ENOSPC, "user/max_mnt_namespaces",
             "0", "cannot create a user namespace: No space left on device",
             "user.max_mnt_namespaces is 0; an administrator can run 'sysctl "
             "user.max_mnt_namespaces=15000'"},
        Case{"TooDeep", kCreateNamespaces, ENOSPC, "user/max_user_namespaces",
             "15000", "cannot create a user namespace: No space left on device",
             "user namespaces are nested 33 deep already"},
        Case{"TooDeepOnceUponATime", kCreateNamespaces, EUSERS, nullptr,
             nullptr, "cannot create a user namespace: Too many users",
             "user namespaces are nested 33 deep already"},
        Case{"NoSuchKernel", kCreateNamespaces, EINVAL, nullptr, nullptr,
             "cannot create a user namespace: Invalid argument",
             "this kernel has no user namespaces, or they are off: RHEL 7"},
        Case{"Selinux", kCreateNamespaces, EACCES, nullptr, nullptr,
             "cannot create a user namespace: Permission denied",
             "a security module forbids user namespaces; with SELinux"},
        Case{"AppArmorMaps", kMapUser, EPERM,
             "kernel/apparmor_restrict_unprivileged_userns", "1",
             "cannot write /proc/self/uid_map: Operation not permitted",
             "kernel.apparmor_restrict_unprivileged_userns is 1; an "
             "administrator can allow this program by an AppArmor profile that "
             "says 'profile relocatable /PATH/TO/** flags=(unconfined) { "
             "userns, }', or all programs by 'sysctl "
             "kernel.apparmor_restrict_unprivileged_userns=0'"},
        Case{"AppArmorMounts", kMountRoot, EACCES,
             "kernel/apparmor_restrict_unprivileged_userns", "1",
             "cannot mount a new root directory: Permission denied",
             "kernel.apparmor_restrict_unprivileged_userns is 1; "},
        Case{"OtherModule", kMountRoot, EACCES,
             "kernel/apparmor_restrict_unprivileged_userns", "0",
             "cannot mount a new root directory: Permission denied",
             "a security module (AppArmor, SELinux, Landlock)"},
        Case{"ReadOnlyProc", kDenySetgroups, EROFS, nullptr, nullptr,
             "cannot write /proc/self/setgroups: Read-only file system",
             "/proc is mounted read-only here"},
        Case{"NoProc", kDenySetgroups, ENOENT, nullptr, nullptr,
             "cannot write /proc/self/setgroups: No such file or directory",
             "/proc is not mounted here"},
        Case{"MountMax", kBindHost, ENOSPC, nullptr, nullptr,
             "cannot bind a directory of the host: No space left on device",
             "the mount namespace is full"},
        Case{"Chroot", kDetach, EINVAL, nullptr, nullptr,
             "cannot keep mounts from the rest of the system: Invalid argument",
             "the root directory is no mount point: a chroot"},
        Case{"Unlisted", kListDirectory, EACCES, nullptr, nullptr,
             "cannot list a directory of the host: Permission denied",
             "a directory in which a mount point is missing may be entered"},
        Case{"Layer", kShowLayer, EOPNOTSUPP, nullptr, nullptr,
             "cannot show a pack of a machine's programs: Operation not "
             "supported",
             "this engine shows it alone"},
        Case{"Writable", kKeepWritable, EOPNOTSUPP, nullptr, nullptr,
             "cannot add a pack's files to a directory that may be written: "
             "Operation not supported",
             "mounts would keep what is written from the host"},
        Case{"Killed", kKilled, EPERM, nullptr, nullptr,
             "cannot set up the view: a system call was answered by SIGSYS: "
             "Operation not permitted",
             "a seccomp filter kills what mounts"},
        Case{"NobodyKnows", kBindMount, EIO, nullptr, nullptr,
             "cannot bind a directory of the view: Input/output error", ""}),
    [](const ::testing::TestParamInfo<Case>& i) { return i.param.name; });

TEST(Explain, DoesNotBlameASwitchOfAnotherStep) {
  FakeHost host;
  host.settings["/proc/sys/kernel/unprivileged_userns_clone"] = "0";
  const Reason reason =
      ExplainRefusal({Outcome::kRefused, kMountRoot, EPERM}, host);
  EXPECT_THAT(reason.remedy, Not(HasSubstr("unprivileged_userns_clone")));
}

}  // namespace
}  // namespace relocatable::userns
