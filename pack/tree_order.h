// pack/tree_order.h - the order of a walk over a tree, for whole paths: a
// directory before what it holds, and "a/b" before "a-b", since what a holds
// comes before its next brother.
#ifndef PACK_TREE_ORDER_H_
#define PACK_TREE_ORDER_H_

#include <algorithm>

#include "absl/strings/string_view.h"

namespace relocatable {

struct TreeOrder {
  using is_transparent = void;
  bool operator()(absl::string_view a, absl::string_view b) const {
    const auto rank = [](unsigned char c) { return c == '/' ? 0 : c; };
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(),
        [&](char x, char y) { return rank(x) < rank(y); });
  }
};

}  // namespace relocatable

#endif  // PACK_TREE_ORDER_H_
