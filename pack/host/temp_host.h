// pack/host/temp_host.h - a machine of its own for a test: files, and a dpkg
// database that knows them.
//
//   TempHost host;
//   host.Package("hello", "Depends: libc6\n", {"/usr/bin/hello"});
//   host.Write();
#ifndef PACK_HOST_TEMP_HOST_H_
#define PACK_HOST_TEMP_HOST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pack/temp_tree.h"

namespace relocatable {

class TempHost {
 public:
  // With a merged /usr: bin, lib, lib64 and sbin are links.
  TempHost();

  TempTree& tree() { return tree_; }
  const std::string& root() const { return tree_.root(); }

  // An installed package of version 1 for amd64. `fields`: more lines of its
  // paragraph. Files that are not there yet are made: those in a bin or sbin
  // are scripts, all can be told apart by what they hold. A name with a slash
  // at its end is a directory.
  void Package(absl::string_view name, absl::string_view fields,
               const std::vector<std::string>& files);
  // A paragraph of the status file, as it is.
  void Paragraph(absl::string_view text);

  // Forgets all packages; their files stay.
  void Forget() { status_.clear(); }

  // A file at a guest path, or a link.
  void File(absl::string_view guest, absl::string_view content,
            int mode = 0644);
  void Link(absl::string_view guest, absl::string_view text);

  // Writes the status file.
  void Write();

 private:
  TempTree tree_;
  std::string status_;
};

}  // namespace relocatable

#endif  // PACK_HOST_TEMP_HOST_H_
