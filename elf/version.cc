#include "elf/version.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace relocatable {

std::string Version::ToString() const {
  return patch == 0 ? absl::StrCat(major, ".", minor)
                    : absl::StrCat(major, ".", minor, ".", patch);
}

absl::optional<Version> ParseVersion(absl::string_view text) {
  // SimpleAtoi takes signs and spaces; a version has neither.
  if (text.find_first_not_of("0123456789.") != absl::string_view::npos) {
    return absl::nullopt;
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  Version version;
  uint32_t* const fields[] = {&version.major, &version.minor, &version.patch};
  if (parts.size() > 3) return absl::nullopt;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!absl::SimpleAtoi(parts[i], fields[i])) return absl::nullopt;
  }
  return version;
}

}  // namespace relocatable
