#include "pack/host/deb_relation.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "pack/host/deb_version.h"

namespace relocatable {
namespace {

DebRelation ParseRelation(absl::string_view text) {
  DebRelation relation;
  const size_t end = text.find_first_of(" \t\n([<");
  relation.name = text.substr(0, end);
  const size_t colon = relation.name.find(':');
  if (colon != absl::string_view::npos) {
    relation.architecture = relation.name.substr(colon + 1);
    relation.name = relation.name.substr(0, colon);
  }
  const size_t open = text.find('('), close = text.find(')');
  if (open == absl::string_view::npos || close == absl::string_view::npos ||
      close < open) {
    return relation;
  }
  const absl::string_view inner =
      absl::StripAsciiWhitespace(text.substr(open + 1, close - open - 1));
  const size_t version = inner.find_first_not_of("<=>");
  if (version == absl::string_view::npos) return relation;
  relation.op = inner.substr(0, version);
  relation.version = absl::StripAsciiWhitespace(inner.substr(version));
  return relation;
}

}  // namespace

std::vector<DebChoice> ParseDebRelations(absl::string_view field) {
  std::vector<DebChoice> choices;
  for (absl::string_view part : absl::StrSplit(field, ',')) {
    DebChoice choice;
    for (absl::string_view one : absl::StrSplit(part, '|')) {
      const DebRelation relation =
          ParseRelation(absl::StripAsciiWhitespace(one));
      if (!relation.name.empty()) choice.push_back(relation);
    }
    if (!choice.empty()) choices.push_back(std::move(choice));
  }
  return choices;
}

bool FulfilsVersion(const DebRelation& relation, absl::string_view version) {
  if (relation.op.empty()) return true;
  const int order = CompareDebVersions(version, relation.version);
  if (relation.op == "<<") return order < 0;
  if (relation.op == "<=" || relation.op == "<") return order <= 0;
  if (relation.op == "=") return order == 0;
  if (relation.op == ">=" || relation.op == ">") return order >= 0;
  return relation.op == ">>" && order > 0;
}

}  // namespace relocatable
