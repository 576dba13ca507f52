// Any bytes as manifest.json; what is read is written and read to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pack/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto manifest = relocatable::ReadManifest(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!manifest.ok()) return 0;
  const std::string text = relocatable::WriteManifest(*manifest);
  const auto again = relocatable::ReadManifest(text);
  if (!again.ok() || relocatable::WriteManifest(*again) != text) abort();
  return 0;
}
