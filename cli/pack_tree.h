// cli/pack_tree.h - lists of `inspect PACK` in which each thing stands below
// the one that brought it in.
#ifndef CLI_PACK_TREE_H_
#define CLI_PACK_TREE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "pack/plan.h"

namespace relocatable {

// The lines above and left of a node are the chain by which it is in the pack.
struct TreeNode {
  uint64_t size = 0;
  std::string words;
  uint32_t by = kNobody;  // a place among the nodes
  std::vector<std::string> missing;
};

void AppendTree(const std::vector<TreeNode>& nodes, std::string& out);

}  // namespace relocatable

#endif  // CLI_PACK_TREE_H_
