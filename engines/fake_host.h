// engines/fake_host.h - a machine described by a test.
#ifndef ENGINES_FAKE_HOST_H_
#define ENGINES_FAKE_HOST_H_

#include <map>
#include <string>

#include "engines/host.h"

namespace relocatable {

class FakeHost final : public Host {
 public:
  std::map<std::string, std::string> settings;  // path -> content

  absl::StatusOr<std::string> ReadSetting(
      absl::string_view path) const override {
    const auto found = settings.find(std::string(path));
    if (found == settings.end()) return absl::NotFoundError(path);
    return found->second;
  }
};

}  // namespace relocatable

#endif  // ENGINES_FAKE_HOST_H_
