#include "pack/host/licences.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relocatable {
namespace {

constexpr absl::string_view kTexts = "/usr/share/common-licenses/";

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '+';
}

// Licences mentioned by the files of their texts.
std::set<std::string> TextsIn(absl::string_view text) {
  std::set<std::string> texts;
  for (size_t at = text.find(kTexts); at != absl::string_view::npos;
       at = text.find(kTexts, at + 1)) {
    absl::string_view name = text.substr(at + kTexts.size());
    size_t end = 0;
    while (end < name.size() && IsNameCharacter(name[end])) ++end;
    name = name.substr(0, end);
    while (absl::ConsumeSuffix(&name, ".")) {
    }  // the end of a sentence
    if (!name.empty()) texts.emplace(name);
  }
  return texts;
}

}  // namespace

Licences ParseCopyright(absl::string_view text) {
  std::set<std::string> names;
  const std::set<std::string> texts = TextsIn(text);
  if (absl::StartsWithIgnoreCase(text, "format")) {
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      if (!absl::ConsumePrefix(&line, "License:")) continue;
      line = absl::StripAsciiWhitespace(line);
      if (!line.empty()) names.emplace(line);
    }
  }
  if (names.empty()) names = texts;
  return {{names.begin(), names.end()}, {texts.begin(), texts.end()}};
}

}  // namespace relocatable
