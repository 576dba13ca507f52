// pack/guest_root.h - the file system whose paths a store's files speak of.
//
// Links in a store are absolute ("/gnu/store/…"), so they must be followed
// below the directory that stands for "/". For packing that is the host's own
// root; a store kept elsewhere (DIR/gnu/store) has another.
#ifndef PACK_GUEST_ROOT_H_
#define PACK_GUEST_ROOT_H_

#include <sys/stat.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relocatable {

class GuestRoot {
 public:
  // `directory` is the host path of the guest's "/"; "" is the host's own.
  explicit GuestRoot(absl::string_view directory = "");

  // The host path of an absolute guest path; no link is followed.
  std::string HostPath(absl::string_view guest) const;

  // The guest path that an absolute `guest` leads to, as the kernel would find
  // it with our root as "/": no links, "." or ".." in it. Errors name the path
  // as given; kNotFound for one that leads nowhere (ENOENT, ENOTDIR, ELOOP).
  absl::StatusOr<std::string> Resolve(absl::string_view guest) const;

  // The same, but the last component is kept, whatever it is.
  absl::StatusOr<std::string> ResolveParent(absl::string_view guest) const;

  // lstat(2) of a guest path's host path; links in its directories are not
  // followed below our root, so give it a resolved one.
  absl::Status Lstat(absl::string_view guest, struct stat& st) const;

  // The text of the link `guest`, of which the same holds.
  absl::StatusOr<std::string> LinkText(absl::string_view guest) const;

 private:
  std::string directory_;
};

}  // namespace relocatable

#endif  // PACK_GUEST_ROOT_H_
