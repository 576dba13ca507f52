#include "cli/pack_tree.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/human.h"

namespace relocatable {
namespace {

std::string Indent(int depth) {
  constexpr int kMost = 40;
  return std::string(2 * std::min(depth, kMost), ' ');
}

}  // namespace

// A list of what is to be printed, and no recursion: the manifest may be
// anybody's, and a chain as long as it likes.
void AppendTree(const std::vector<TreeNode>& nodes, std::string& out) {
  std::vector<std::vector<uint32_t>> below(nodes.size());
  std::vector<std::pair<uint32_t, int>> todo;  // node, depth
  for (uint32_t i = nodes.size(); i-- > 0;) {
    if (nodes[i].by == kNobody) {
      todo.push_back({i, 0});
    } else {
      below[nodes[i].by].push_back(i);
    }
  }
  while (!todo.empty()) {
    const auto [i, depth] = todo.back();
    todo.pop_back();
    absl::StrAppendFormat(&out, "  %10s  %s%s\n", HumanBytes(nodes[i].size),
                          Indent(depth), nodes[i].words);
    for (const std::string& missing : nodes[i].missing) {
      absl::StrAppendFormat(&out, "  %10s  %s%s (left out)\n", "-",
                            Indent(depth + 1), missing);
    }
    for (uint32_t next : below[i]) todo.push_back({next, depth + 1});
  }
}

}  // namespace relocatable
