#include "engines/serve.h"

#include "absl/strings/str_format.h"

namespace relocatable {

std::string WhyNotServed(const EngineTraits& engine,
                         const ProgramTraits& program) {
  if (program.is_static && !engine.serves_static_programs) {
    return "it is a static program, which no ld.so starts";
  }
  if (program.is_32_bit && !engine.serves_32_bit_programs) {
    return "it is a 32-bit program";
  }
  const AddressRange& a = engine.reserved;
  const AddressRange& b = program.fixed;
  if (a.begin < b.end && b.begin < a.end) {
    return absl::StrFormat(
        "it is linked to the addresses %#x-%#x, and the engine lies at %#x-%#x",
        b.begin, b.end, a.begin, a.end);
  }
  return "";
}

}  // namespace relocatable
