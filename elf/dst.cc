#include "elf/dst.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace relocatable {
namespace {

// The bytes that token `name` takes at the start of `text` (behind the '$'), or
// 0 if it is not there.
size_t TokenLength(absl::string_view text, absl::string_view name) {
  const bool braces = absl::StartsWith(text, "{");
  const absl::string_view bare = text.substr(braces ? 1 : 0);
  if (!absl::StartsWith(bare, name)) return 0;
  const char next = bare.size() > name.size() ? bare[name.size()] : '\0';
  if (braces) return next == '}' ? name.size() + 2 : 0;
  return absl::ascii_isalnum(next) || next == '_' ? 0 : name.size();
}

}  // namespace

absl::optional<std::string> ExpandTokens(absl::string_view text,
                                         const TokenValues& values) {
  const struct {
    absl::string_view name, value;
  } kTokens[] = {{"ORIGIN", values.origin},
                 {"PLATFORM", values.platform},
                 {"LIB", values.lib}};
  std::string expanded;
  while (!text.empty()) {
    const size_t dollar = text.find('$');
    absl::StrAppend(&expanded, text.substr(0, dollar));
    if (dollar == absl::string_view::npos) break;
    text.remove_prefix(dollar + 1);
    size_t length = 0;
    for (const auto& token : kTokens) {
      length = TokenLength(text, token.name);
      if (length == 0) continue;
      if (token.value.empty()) return absl::nullopt;
      absl::StrAppend(&expanded, token.value);
      break;
    }
    if (length == 0) expanded.push_back('$');
    text.remove_prefix(length);
  }
  return expanded;
}

}  // namespace relocatable
