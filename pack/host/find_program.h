// pack/host/find_program.h - which file a word of the command line means.
#ifndef PACK_HOST_FIND_PROGRAM_H_
#define PACK_HOST_FIND_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pack/guest_root.h"
#include "pack/host/package_database.h"

namespace relocatable {

// All executable files called `word` in the directories of `path`, in their
// order.
std::vector<std::string> AllInPath(const GuestRoot& root,
                                   absl::string_view path,
                                   absl::string_view word);

// The first executable file called `word` in the directories of `path`, as
// execvp(3) would find it; "" if there is none. Relative directories are passed
// over: a word is never what lies in the current directory.
std::string FindInPath(const GuestRoot& root, absl::string_view path,
                       absl::string_view word);

// The same, with an error that helps: a link that leads nowhere, a package of
// that name, a program for administrators, the program or else the package
// whose name is nearest. `database` may be nullptr.
absl::StatusOr<std::string> FindProgram(const GuestRoot& root,
                                        absl::string_view path,
                                        const PackageDatabase* database,
                                        const std::string& word);

}  // namespace relocatable

#endif  // PACK_HOST_FIND_PROGRAM_H_
