// pack/started_by_loader.h - which programs of a pack its ld.so starts, by the
// module that the pack brings (engines/intercept/start_door.h).
#ifndef PACK_STARTED_BY_LOADER_H_
#define PACK_STARTED_BY_LOADER_H_

#include <map>
#include <string>

#include "elf/file_tree.h"

namespace relocatable {

// Programs of the tree, as a pack's programs will see it. Those that ask for
// the same libraries in the same way are looked at once.
class StartedByLoader {
 public:
  explicit StartedByLoader(const FileTree& tree) : tree_(tree) {}

  // Whether the file at `path` is such a program; false if it cannot be read.
  bool Is(const std::string& path);

 private:
  const FileTree& tree_;
  std::map<std::string, bool> known_;  // by what they ask for
};

}  // namespace relocatable

#endif  // PACK_STARTED_BY_LOADER_H_
