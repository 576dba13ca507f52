#include "testdata/deny/rules.h"

namespace relocatable::deny {
namespace {

// CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
// CLONE_NEWPID | CLONE_NEWNET: the mask of Docker's default profile.
#define ANY_NAMESPACE "0x7e020000"

constexpr Preset kPresets[] = {
    {"docker",
     "unshare(0&" ANY_NAMESPACE ")=EPERM,clone(0&" ANY_NAMESPACE
     ")=EPERM,clone3=ENOSYS,setns=EPERM,mount=EPERM,umount2=EPERM,"
     "pivot_root=EPERM,open_tree=EPERM,move_mount=EPERM,fsopen=EPERM,"
     "fsconfig=EPERM,fsmount=EPERM,mount_setattr=EPERM",
     "Docker's default seccomp profile, without CAP_SYS_ADMIN"},
    {"debian0",
     "unshare(0&CLONE_NEWUSER)=EPERM,clone(0&CLONE_NEWUSER)=EPERM,"
     "clone3=ENOSYS",
     "kernel.unprivileged_userns_clone=0; the same is seen in a chroot"},
    {"enospc",
     "unshare(0&CLONE_NEWUSER)=ENOSPC,clone(0&CLONE_NEWUSER)=ENOSPC,"
     "clone3=ENOSYS",
     "user.max_user_namespaces=0"},
    {"nouserns",
     "unshare(0&CLONE_NEWUSER)=EINVAL,clone(0&CLONE_NEWUSER)=EINVAL,"
     "clone3=ENOSYS",
     "a kernel built or booted without user namespaces"},
    {"ubuntu",
     "write:/uid_map=EPERM,write:/gid_map=EPERM,mount=EACCES,"
     "open_tree=EACCES,move_mount=EACCES,fsopen=EPERM,fsmount=EPERM,"
     "pivot_root=EACCES",
     "Ubuntu 24.04: user namespaces without a right to anything in them"},
    {"ubuntu-open", "open:/setgroups=EACCES,open:/uid_map=EACCES",
     "the same where opening the map is what fails"},
    {"ubuntu-mount",
     "mount=EACCES,open_tree=EACCES,move_mount=EACCES,fsopen=EPERM,"
     "fsmount=EPERM,pivot_root=EACCES",
     "the same where mounting is what fails"},
    {"gvisor", "setns=EINVAL", "no joining of user and mount namespaces"},
};

}  // namespace

absl::Span<const Preset> Presets() { return kPresets; }

}  // namespace relocatable::deny
