#include "pack/entry_point.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/suggest.h"

namespace relocatable {
namespace {

constexpr size_t kMostToList = 20;

absl::string_view LastComponent(absl::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

absl::Status NoSuchName(const std::vector<PlanName>& names,
                        absl::string_view wish) {
  std::vector<std::string> all, words;
  for (const PlanName& name : names) {
    all.push_back(name.name);
    words.emplace_back(LastComponent(name.name));
  }
  std::string near = DidYouMean(wish, all);
  if (near.empty()) near = DidYouMean(wish, words);
  const std::string list =
      all.empty() ? "the pack has no names"
      : all.size() <= kMostToList
          ? absl::StrCat("the names are: ", absl::StrJoin(all, ", "))
          : absl::StrCat("there are ", all.size(), " names");
  return absl::NotFoundError(absl::StrCat("--entry-point '", wish,
                                          "': is no name of the pack", near,
                                          " (", list, ")"));
}

}  // namespace

absl::StatusOr<std::string> FindEntryPoint(const std::vector<PlanName>& names,
                                           absl::string_view wish) {
  const absl::string_view path = absl::StripPrefix(wish, "/");
  std::vector<std::string> by_word;
  for (const PlanName& name : names) {
    if (name.name == path) return name.name;
    if (LastComponent(name.name) == path) by_word.push_back(name.name);
  }
  if (by_word.empty()) return NoSuchName(names, wish);
  if (by_word.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--entry-point '", wish, "': may be any of ",
                     absl::StrJoin(by_word, ", ")));
  }
  return by_word[0];
}

}  // namespace relocatable
