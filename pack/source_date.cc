#include "pack/source_date.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace relocatable {
namespace {

// The end of the year 9999: what every reader of a date can show.
constexpr int64_t kLatest = 253402300799;

}  // namespace

absl::StatusOr<std::optional<int64_t>> ParseSourceDate(const char* value) {
  const absl::string_view text = value == nullptr ? "" : value;
  if (text.empty()) return std::nullopt;
  int64_t seconds = 0;
  const bool digits =
      std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  if (!digits || !absl::SimpleAtoi(text, &seconds) || seconds > kLatest) {
    return absl::InvalidArgumentError(
        absl::StrCat("SOURCE_DATE_EPOCH: '", text,
                     "' is no time (seconds since 1970, up to ", kLatest,
                     ", as `date +%s` prints them)"));
  }
  return seconds;
}

}  // namespace relocatable
