// elf/version.h - version numbers as glibc and the kernel write them.
#ifndef ELF_VERSION_H_
#define ELF_VERSION_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace relocatable {

// 2.36, 2.2.5, 6.1.0. Missing parts are 0: 2.36 equals 2.36.0.
struct Version {
  uint32_t major = 0, minor = 0, patch = 0;

  auto operator<=>(const Version&) const = default;

  // "2.36"; "2.2.5"; never "2.36.0".
  std::string ToString() const;
};

// One to three numbers with dots between them, nothing before or behind.
absl::optional<Version> ParseVersion(absl::string_view text);

}  // namespace relocatable

#endif  // ELF_VERSION_H_
