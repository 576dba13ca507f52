// engines/conformance/compare.h - two reports of facts, line against line.
#ifndef ENGINES_CONFORMANCE_COMPARE_H_
#define ENGINES_CONFORMANCE_COMPARE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace relocatable {

struct Comparison {
  // What is not the same, at most twenty lines for a person to read.
  std::vector<std::string> differences;
  // The patterns of `declared` whose facts differ.
  std::vector<std::string> seen;
};

// Compares reports made of `key=value` lines (other lines are compared whole).
// A line may differ in its value if its key matches one of `declared`: a key,
// or the beginning of one with a final '*'.
Comparison Compare(absl::string_view native, absl::string_view engine,
                   const std::vector<std::string>& declared);

}  // namespace relocatable

#endif  // ENGINES_CONFORMANCE_COMPARE_H_
