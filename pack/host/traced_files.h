// pack/host/traced_files.h - what a traced command has used, as part of a pack.
//
// Each file comes along by itself, whatever else its package has, with every
// link on the way to it; of what was looked for in vain only these links. A
// program that was executed comes with its package, libraries and interpreter,
// as the next run may do with it what this one did not. (--keep=traced: without
// the package.) What private_files.h speaks against stays at home.
#ifndef PACK_HOST_TRACED_FILES_H_
#define PACK_HOST_TRACED_FILES_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pack/guest_root.h"
#include "pack/host/host_closure.h"
#include "pack/host/host_files.h"
#include "pack/host/package_database.h"
#include "pack/host/traced_file.h"

namespace relocatable {

class TracedFiles {
 public:
  // `database` may be nullptr; `home` is the user's home directory. All must
  // stay.
  TracedFiles(const GuestRoot& root, PackageDatabase* database,
              absl::string_view home, HostClosure& closure, HostFiles& files);

  // To be called when the closure is finished and what the user includes is in
  // `files`; finishes the closure again.
  absl::Status Add(absl::Span<const TracedFile> traced);

  // What was refused: one line for each reason.
  std::vector<std::string> notes() const;

 private:
  absl::Status AddOne(const TracedFile& traced);
  absl::Status AddHop(const std::string& hop, bool executed);
  // Whether it must not be packed; notes it if the user should know.
  absl::StatusOr<bool> Refuse(const std::string& path);
  bool IsDirectory(const std::string& path) const;

  const GuestRoot& root_;
  PackageDatabase* const database_;
  const std::string home_;  // without links
  HostClosure& closure_;
  HostFiles& files_;
  std::map<absl::string_view, std::set<std::string>> refused_;  // by reason
};

}  // namespace relocatable

#endif  // PACK_HOST_TRACED_FILES_H_
