#include "pack/guest_root.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errno_status.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "engines/view/resolve.h"

namespace relocatable {
GuestRoot::GuestRoot(absl::string_view directory)
    : directory_(absl::StripSuffix(directory, "/")) {}

std::string GuestRoot::HostPath(absl::string_view guest) const {
  return absl::StrCat(directory_, guest);
}

absl::Status GuestRoot::Lstat(absl::string_view guest, struct stat& st) const {
  if (lstat(HostPath(guest).c_str(), &st) != 0) {
    return ErrnoError(errno,
                      absl::StrCat("cannot read '", HostPath(guest), "'"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> GuestRoot::LinkText(absl::string_view guest) const {
  return ReadLink(HostPath(guest));
}

absl::StatusOr<std::string> GuestRoot::Resolve(absl::string_view guest) const {
  const View view{directory_.c_str(), nullptr, 0};
  PathAnswer answer;
  const int error = relocatable::Resolve(
      view, kKernelFileSystem, {{guest.data(), guest.size()}}, answer);
  if (error != 0) {
    const absl::Status status = ErrnoError(
        error,
        absl::StrCat("cannot read '", absl::StripSuffix(guest, "/"), "'"));
    if (error != ENOTDIR && error != ELOOP) return status;
    return absl::NotFoundError(status.message());
  }
  return answer.guest.size() == 0 ? "/" : std::string(answer.guest.c_str());
}

absl::StatusOr<std::string> GuestRoot::ResolveParent(
    absl::string_view guest) const {
  const size_t slash = guest.rfind('/');
  RELOC_ASSIGN_OR_RETURN(std::string parent,
                         Resolve(guest.substr(0, slash + 1)));
  if (parent == "/") parent.clear();
  return absl::StrCat(parent, guest.substr(slash));
}

}  // namespace relocatable
