#include "pack/name_rule.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relocatable {
namespace {

// What a pack holds besides names (docs/design.md section 6); what is below
// them is theirs too.
constexpr absl::string_view kReserved[] = {
    "relocatable",  "launch",   "manifest.json", "root",
    "lib/audit.so", "lib/twin", "lib/stub",
};

absl::Status Wrong(absl::string_view text, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("-S '", text, "': ", what));
}

// `path` without empty and "." components; false if it has a "..".
bool Normalize(absl::string_view path, std::string& normal) {
  std::vector<absl::string_view> parts;
  for (absl::string_view part : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (part == "..") return false;
    if (part != ".") parts.push_back(part);
  }
  normal = absl::StrJoin(parts, "/");
  return true;
}

}  // namespace

bool IsReservedName(absl::string_view name) {
  for (absl::string_view reserved : kReserved) {
    if (name == reserved ||
        absl::StartsWith(name, absl::StrCat(reserved, "/"))) {
      return true;
    }
  }
  return false;
}

bool IsAboveReservedName(absl::string_view name) {
  const std::string above = absl::StrCat(name, "/");
  for (absl::string_view reserved : kReserved) {
    if (absl::StartsWith(reserved, above)) return true;
  }
  return false;
}

absl::StatusOr<NameRule> ParseNameRule(absl::string_view text) {
  const std::vector<absl::string_view> sides = absl::StrSplit(text, '=');
  if (sides.size() != 2) {
    return Wrong(text, sides.size() < 2
                           ? "has no '=' (it is NAME=TARGET: -S bin=bin)"
                           : "has more than one '='");
  }
  if (absl::StartsWith(sides[1], "/")) {
    const absl::string_view relative = sides[1].substr(
        std::min(sides[1].find_first_not_of('/'), sides[1].size()));
    return Wrong(
        text, absl::StrCat("has an absolute TARGET (it is a path below what is "
                           "packed: -S ",
                           sides[0], "=", relative, ")"));
  }
  NameRule rule;
  if (!Normalize(sides[0], rule.name) || !Normalize(sides[1], rule.target)) {
    return Wrong(text, "has a '..' component");
  }
  if (rule.name.empty()) {
    return Wrong(text, "has no NAME (a place in the pack: -S bin=bin)");
  }
  if (IsReservedName(rule.name)) {
    return Wrong(text, absl::StrCat("'", rule.name,
                                    "' is what the pack itself is made of"));
  }
  return rule;
}

}  // namespace relocatable
