// cli/subject.h - the program that an operand of `inspect` or `engines` means,
// and the files as it will see them.
//
//   PACK             its entry point
//   PACK/bin/NAME    that program of the pack
//   anything else    a file of the host
#ifndef CLI_SUBJECT_H_
#define CLI_SUBJECT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "elf/file_tree.h"

namespace relocatable {

struct Subject {
  std::string pack;     // the pack's directory, absolute; "" if there is none
  std::string program;  // guest path, absolute
  std::vector<TreeMount> mounts;  // the view: the host's "/", then the pack's
  bool has_layer = false;         // one of the pack's is (engines/view/layer.h)

  HostTree tree() const { return HostTree(mounts); }
};

// The working directory; "/" where it has no name.
std::string CurrentDirectory();

// LD_LIBRARY_PATH, which the program will inherit; "" if it is not set.
std::string CurrentLibraryPath();

// The program that a link into a pack or a pack's directory means; any other
// operand is taken for a file. Errors are about packs: a damaged one, an
// unknown name, no entry point.
absl::StatusOr<Subject> FindSubject(const std::string& operand);

}  // namespace relocatable

#endif  // CLI_SUBJECT_H_
