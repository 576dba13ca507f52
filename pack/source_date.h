// pack/source_date.h - SOURCE_DATE_EPOCH, the time a reproducible build says it
// is (reproducible-builds.org/specs/source-date-epoch).
#ifndef PACK_SOURCE_DATE_H_
#define PACK_SOURCE_DATE_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"

namespace relocatable {

// The seconds since 1970 that `value` says, decimal digits and nothing else;
// nullopt if it is nullptr or empty. Anything else is an error, as the
// specification asks: "SOURCE_DATE_EPOCH: 'x' is no time (…)".
absl::StatusOr<std::optional<int64_t>> ParseSourceDate(const char* value);

}  // namespace relocatable

#endif  // PACK_SOURCE_DATE_H_
