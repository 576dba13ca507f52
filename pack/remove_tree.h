// pack/remove_tree.h - removing a tree whose directories may be read-only.
#ifndef PACK_REMOVE_TREE_H_
#define PACK_REMOVE_TREE_H_

#include <string>

#include "absl/status/status.h"

namespace relocatable {

// Removes the file, link or directory `path` and all below it; directories are
// made writable first, links are not followed. Goes on after an error and
// returns the first: "cannot remove 'PATH': Permission denied".
absl::Status RemoveTree(const std::string& path);

}  // namespace relocatable

#endif  // PACK_REMOVE_TREE_H_
