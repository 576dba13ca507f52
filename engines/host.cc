#include "engines/host.h"

#include "absl/strings/ascii.h"
#include "base/files.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

class RealHost final : public Host {
 public:
  absl::StatusOr<std::string> ReadSetting(
      absl::string_view path) const override {
    RELOC_ASSIGN_OR_RETURN(std::string text, ReadFile(std::string(path)));
    absl::StripTrailingAsciiWhitespace(&text);
    return text;
  }
};

}  // namespace

const Host& ThisHost() {
  static const RealHost host;
  return host;
}

}  // namespace relocatable
