// pack/temp_tree.h - a directory of its own for a test, filled in one line
// each.
//
//   TempTree tree;
//   tree.File("bin/hello", "#!/bin/sh\n", 0755);
//   tree.Link("bin/hi", "hello");
#ifndef PACK_TEMP_TREE_H_
#define PACK_TEMP_TREE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace relocatable {

// Dies with a message if the file system will not have it; removed, read-only
// directories included, at the end of its life.
class TempTree {
 public:
  // In the directory `top`; by default in that of the test. A user other than
  // the tester can reach what is in /tmp.
  explicit TempTree(absl::string_view top = "");
  ~TempTree();
  TempTree(const TempTree&) = delete;

  const std::string& root() const { return root_; }
  std::string Path(absl::string_view relative) const;

  // Each makes the directories above it and returns the whole path.
  std::string Dir(absl::string_view relative, int mode = 0755);
  std::string File(absl::string_view relative, absl::string_view content,
                   int mode = 0644);
  std::string Link(absl::string_view relative, absl::string_view text);
  std::string HardLink(absl::string_view relative, absl::string_view existing);

 private:
  std::string root_;
};

}  // namespace relocatable

#endif  // PACK_TEMP_TREE_H_
