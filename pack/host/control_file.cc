#include "pack/host/control_file.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace relocatable {
namespace {

absl::Status Wrong(size_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

}  // namespace

absl::string_view FieldOf(const ControlParagraph& paragraph,
                          absl::string_view name) {
  for (const ControlField& field : paragraph) {
    if (absl::EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return "";
}

absl::Status ReadControlFile(
    absl::string_view text,
    absl::FunctionRef<absl::Status(const ControlParagraph&)> visitor) {
  ControlParagraph paragraph;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const absl::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (absl::StripAsciiWhitespace(line).empty()) {
      if (paragraph.empty()) continue;
      if (absl::Status s = visitor(paragraph); !s.ok()) return s;
      paragraph.clear();
    } else if (line[0] == ' ' || line[0] == '\t') {
      if (paragraph.empty()) return Wrong(number, "continues no field");
      absl::string_view& value = paragraph.back().value;
      value = {value.data(), static_cast<size_t>(line.end() - value.data())};
    } else {
      const size_t colon = line.find(':');
      if (colon == absl::string_view::npos || colon == 0) {
        return Wrong(number, "is no field of a package ('Name: value')");
      }
      paragraph.push_back({line.substr(0, colon),
                           absl::StripAsciiWhitespace(line.substr(colon + 1))});
    }
  }
  return paragraph.empty() ? absl::OkStatus() : visitor(paragraph);
}

}  // namespace relocatable
