// pack/staging.h - output that appears whole or not at all.
//
// It is written beside its place, as OUT.tmp-XXXXXX, and renamed when it is
// complete: whoever finds OUT finds all of it.
#ifndef PACK_STAGING_H_
#define PACK_STAGING_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fd.h"

namespace relocatable {

class Staging {
 public:
  // An empty directory (only for its owner), or an empty file (by the umask),
  // which is to become `out`. An error if `out` exists: nothing is ever
  // overwritten.
  static absl::StatusOr<Staging> Directory(absl::string_view out);
  static absl::StatusOr<Staging> File(absl::string_view out);

  // Removes what was not published.
  ~Staging();
  Staging(Staging&& other) noexcept;

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }  // of a File, for writing

  // Closes the file and gives the output its name, unless something has that
  // name by now.
  absl::Status Publish();

 private:
  Staging(std::string out, std::string path, Fd fd);

  std::string out_;
  std::string path_;  // empty once there is nothing to remove
  Fd fd_;
};

}  // namespace relocatable

#endif  // PACK_STAGING_H_
