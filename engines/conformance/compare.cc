#include "engines/conformance/compare.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relocatable {
namespace {

constexpr size_t kEnough = 20;

absl::string_view Key(absl::string_view line) {
  const size_t end = line.rfind('=');
  return end == absl::string_view::npos ? line : line.substr(0, line.find('='));
}

bool Matches(absl::string_view key, absl::string_view pattern) {
  return absl::ConsumeSuffix(&pattern, "*") ? absl::StartsWith(key, pattern)
                                            : key == pattern;
}

}  // namespace

Comparison Compare(absl::string_view native, absl::string_view engine,
                   const std::vector<std::string>& declared) {
  const std::vector<absl::string_view> want = absl::StrSplit(native, '\n');
  const std::vector<absl::string_view> got = absl::StrSplit(engine, '\n');
  Comparison result;
  for (size_t i = 0; i < std::max(want.size(), got.size()); ++i) {
    const absl::string_view w = i < want.size() ? want[i] : "(nothing)";
    const absl::string_view g = i < got.size() ? got[i] : "(nothing)";
    if (w == g) continue;
    const bool same_fact = Key(w) == Key(g);
    const auto pattern = std::find_if(
        declared.begin(), declared.end(),
        [&](const std::string& p) { return same_fact && Matches(Key(w), p); });
    if (pattern != declared.end()) {
      if (std::find(result.seen.begin(), result.seen.end(), *pattern) ==
          result.seen.end()) {
        result.seen.push_back(*pattern);
      }
      continue;
    }
    result.differences.push_back(absl::StrCat("- ", w, "\n+ ", g));
    // Behind a missing or added line everything would differ.
    if (!same_fact || result.differences.size() == kEnough) break;
  }
  return result;
}

}  // namespace relocatable
