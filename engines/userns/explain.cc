#include "engines/userns/explain.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "engines/userns/report.h"

namespace relocatable::userns {
namespace {

// Which steps a cause can show itself in.
enum Stage : unsigned {
  kCreating = 1,  // the namespaces
  kMapping = 2,   // ids, by files of /proc
  kMounting = 4,  // the new tree
  kDetaching = 8,
  kListing = 16,
  kDying = 32,
  kLayering = 64,
  kWriting = 128,
};

Stage StageOf(absl::string_view step) {
  if (step == kCreateNamespaces || step == kCreateMountNamespace) {
    return kCreating;
  }
  if (step == kDenySetgroups || step == kMapUser || step == kMapGroup) {
    return kMapping;
  }
  if (step == kShowLayer) return kLayering;
  if (step == kKeepWritable) return kWriting;
  if (step == kDetach) return kDetaching;
  if (step == kListDirectory) return kListing;
  if (step == kKilled || step == kDied) return kDying;
  return kMounting;
}

// A cause, known by a setting that has a value, or without a setting by the
// stage and errno alone. The first that fits is it.
struct Cause {
  unsigned stages;
  std::initializer_list<int> errors;
  const char* setting;  // below /proc/sys; nullptr: none
  const char* value;
  const char* remedy;
};

const Cause kCauses[] = {
    {kCreating,
     {EPERM},
     "kernel/unprivileged_userns_clone",
     "0",
     "an administrator can run 'sysctl kernel.unprivileged_userns_clone=1'"},
    {kCreating,
     {ENOSPC},
     "user/max_user_namespaces",
     "0",
     "an administrator can run 'sysctl user.max_user_namespaces=15000'"},
    {kCreating,
     {ENOSPC},
     "user/max_mnt_namespaces",
     "0",
     "an administrator can run 'sysctl user.max_mnt_namespaces=15000'"},
    {kCreating | kMapping | kMounting,
     {EPERM, EACCES},
     "kernel/apparmor_restrict_unprivileged_userns",
     "1",
     "an administrator can allow this program by an AppArmor profile that says "
     "'profile relocatable /PATH/TO/** flags=(unconfined) { userns, }', or all "
     "programs by 'sysctl kernel.apparmor_restrict_unprivileged_userns=0'"},
    {kCreating,
     {EPERM},
     nullptr,
     nullptr,
     "a container's seccomp profile, a chroot, or a user id that the "
     "surrounding namespace does not map forbids user namespaces; Docker and "
     "Podman allow them with '--security-opt seccomp=unconfined'"},
    {kCreating,
     {ENOSPC, EUSERS},
     nullptr,
     nullptr,
     "user namespaces are nested 33 deep already, or the limit "
     "user.max_user_namespaces or user.max_mnt_namespaces is reached"},
    {kCreating,
     {EINVAL, ENOSYS},
     nullptr,
     nullptr,
     "this kernel has no user namespaces, or they are off: RHEL 7 wants "
     "'user_namespace.enable=1' on the kernel's command line"},
    {kCreating,
     {EACCES},
     nullptr,
     nullptr,
     "a security module forbids user namespaces; with SELinux an administrator "
     "can allow 'user_namespace create' to this domain"},
    {kMapping, {EROFS}, nullptr, nullptr, "/proc is mounted read-only here"},
    {kMapping,
     {ENOENT, ENOTDIR},
     nullptr,
     nullptr,
     "/proc is not mounted here"},
    {kMapping | kMounting,
     {EPERM, EACCES},
     nullptr,
     nullptr,
     "a security module (AppArmor, SELinux, Landlock) or a seccomp filter "
     "forbids this inside user namespaces"},
    {kMounting,
     {ENOSPC},
     nullptr,
     nullptr,
     "the mount namespace is full; an administrator can raise the limit "
     "'sysctl fs.mount-max'"},
    {kDetaching,
     {EINVAL},
     nullptr,
     nullptr,
     "the root directory is no mount point: a chroot; whoever makes it can "
     "bind it to itself first ('mount --bind DIR DIR')"},
    {kListing,
     {EACCES},
     nullptr,
     nullptr,
     "a directory in which a mount point is missing may be entered but not "
     "listed; its owner can make the mount point or allow listing"},
    {kLayering,
     {EOPNOTSUPP},
     nullptr,
     nullptr,
     "this engine shows it alone, without --bind or --root; inprocess, "
     "fakechroot and proot show it beside them"},
    {kWriting,
     {EOPNOTSUPP},
     nullptr,
     nullptr,
     "mounts would keep what is written from the host; inprocess, fakechroot "
     "and proot do not"},
    {kDying,
     {EPERM},
     nullptr,
     nullptr,
     "a seccomp filter kills what mounts or changes its root"},
};

bool Fits(const Cause& cause, const Outcome& refusal) {
  if ((cause.stages & StageOf(refusal.step)) == 0) return false;
  for (const int error : cause.errors) {
    if (error == refusal.error) return true;
  }
  return false;
}

// The remedy with its evidence, or "" if the setting has another value.
std::string Evidence(const Cause& cause, const Host& host) {
  if (cause.setting == nullptr) return cause.remedy;
  const absl::StatusOr<std::string> value =
      host.ReadSetting(absl::StrCat("/proc/sys/", cause.setting));
  if (!value.ok() || *value != cause.value) return "";
  return absl::StrCat(absl::StrReplaceAll(cause.setting, {{"/", "."}}), " is ",
                      *value, "; ", cause.remedy);
}

}  // namespace

Reason ExplainRefusal(const Outcome& refusal, const Host& host) {
  Reason reason;
  reason.what =
      absl::StrCat("cannot ", refusal.step, ": ", std::strerror(refusal.error));
  for (const Cause& cause : kCauses) {
    if (!Fits(cause, refusal)) continue;
    reason.remedy = Evidence(cause, host);
    if (!reason.remedy.empty()) break;
  }
  return reason;
}

}  // namespace relocatable::userns
