// engines/host.h - what engines ask of the machine when they explain a refusal.
// An interface, so that tests can describe a machine that is not at hand.
#ifndef ENGINES_HOST_H_
#define ENGINES_HOST_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relocatable {

class Host {
 public:
  virtual ~Host() = default;

  // The content of a small file such as /proc/sys/user/max_user_namespaces,
  // without trailing white space.
  virtual absl::StatusOr<std::string> ReadSetting(
      absl::string_view path) const = 0;
};

// This machine.
const Host& ThisHost();

}  // namespace relocatable

#endif  // ENGINES_HOST_H_
