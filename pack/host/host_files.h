// pack/host/host_files.h - the files of a pack of host programs, each once, by
// its merged path, with what the machine has there and why it is packed.
#ifndef PACK_HOST_HOST_FILES_H_
#define PACK_HOST_HOST_FILES_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pack/exclude.h"
#include "pack/guest_root.h"
#include "pack/plan.h"
#include "pack/tree_order.h"

namespace relocatable {

struct HostFile {
  enum Kind { kDirectory, kFile, kSymlink };
  Kind kind = kFile;
  std::string guest;  // where the machine has it; no links in its directories
  std::string link;   // text of a kSymlink
  uint32_t mode = 0;  // permission bits as they are packed
  int64_t time = 0;   // of the last modification
  uint64_t size = 0;
  uint32_t package = kNobody;  // place in the PackageClosure
  std::string why;             // empty: the package has it
};

class HostFiles {
 public:
  HostFiles(const GuestRoot& root, Exclude exclude)
      : root_(root), exclude_(std::move(exclude)) {}

  // Adds what is at the guest path, and returns it; nullptr if it is excluded,
  // or does not exist, or is a socket or the like, or (kFile) cannot be read by
  // this user and is not meant to be: a private file of /etc, a setuid program.
  // What is there already stays as it was first.
  absl::StatusOr<const HostFile*> Add(absl::string_view guest, uint32_t package,
                                      absl::string_view why);

  // The same for a path whose directories are known to hold no links.
  absl::StatusOr<const HostFile*> AddResolved(std::string guest,
                                              uint32_t package,
                                              absl::string_view why);

  // Whether the pack has the file that the machine has at `guest` (of which the
  // directories hold no links).
  bool Contains(absl::string_view guest) const;

  // By merged path.
  const std::map<std::string, HostFile, TreeOrder>& files() const {
    return files_;
  }

  const Exclude& exclude() const { return exclude_; }
  // What users should know: programs that lose their setuid bit, files that
  // this user may not read.
  const std::vector<std::string>& setuid() const { return setuid_; }
  const std::vector<std::string>& unreadable() const { return unreadable_; }

 private:
  absl::StatusOr<std::string> ResolveDirectoryOf(absl::string_view guest);
  bool IsExcluded(absl::string_view path);

  const GuestRoot& root_;
  Exclude exclude_;
  std::map<std::string, HostFile, TreeOrder> files_;
  absl::flat_hash_map<std::string, std::string> directories_;
  std::vector<std::string> setuid_, unreadable_;
};

}  // namespace relocatable

#endif  // PACK_HOST_HOST_FILES_H_
