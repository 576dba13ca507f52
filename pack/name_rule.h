// pack/name_rule.h - which names a pack offers: -S NAME=TARGET.
#ifndef PACK_NAME_RULE_H_
#define PACK_NAME_RULE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relocatable {

// As in `guix pack`: the pack's path NAME stands for TARGET in each source.
struct NameRule {
  std::string name;    // path below the pack, normal: "bin"
  std::string target;  // path below the source, normal; empty: the source
};

// "/bin=bin", "bin=bin", "/opt/tools=": one '=', a NAME that is a place in the
// pack which the pack does not need itself, a TARGET that is relative and stays
// in the source.
absl::StatusOr<NameRule> ParseNameRule(absl::string_view text);

// What `relocatable pack` does without -S.
inline constexpr absl::string_view kDefaultNameRule = "bin=bin";

// Whether the pack keeps the path `name` for itself: relocatable, launch,
// manifest.json, root, and what is put into lib.
bool IsReservedName(absl::string_view name);
// Whether it is a directory that holds such a path: lib.
bool IsAboveReservedName(absl::string_view name);

}  // namespace relocatable

#endif  // PACK_NAME_RULE_H_
