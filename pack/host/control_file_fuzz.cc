// Any bytes as a control file: every field is a part of the text, and its lists
// of packages can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "pack/host/control_file.h"
#include "pack/host/deb_relation.h"

using relocatable::ControlField;
using relocatable::ControlParagraph;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto inside = [&](absl::string_view part) {
    if (part.data() < text.data() ||
        part.data() + part.size() > text.data() + text.size()) {
      abort();
    }
  };
  (void)relocatable::ReadControlFile(text, [&](const ControlParagraph& p) {
    for (const ControlField& field : p) {
      inside(field.name);
      inside(field.value);
      for (const auto& choice : relocatable::ParseDebRelations(field.value)) {
        for (const auto& relation : choice) {
          inside(relation.name);
          (void)relocatable::FulfilsVersion(relation, field.name);
        }
      }
    }
    return absl::OkStatus();
  });
  return 0;
}
