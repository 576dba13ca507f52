// pack/host/control_file.h - Debian's control files: paragraphs of fields with
// an empty line between them, as /var/lib/dpkg/status is (deb822(5)).
//
//   Package: git
//   Description: fast, scalable, distributed revision control system
//    Git is popular version control system ...
#ifndef PACK_HOST_CONTROL_FILE_H_
#define PACK_HOST_CONTROL_FILE_H_

#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace relocatable {

// Views into the file's text.
struct ControlField {
  absl::string_view name;
  absl::string_view value;  // without blanks around it; lines after the first
                            // follow as they are
};

using ControlParagraph = std::vector<ControlField>;

// The value of the field, whatever the case of its name; "" if there is none.
absl::string_view FieldOf(const ControlParagraph& paragraph,
                          absl::string_view name);

// Calls `visitor` for each paragraph. An error follows the file's name: "line
// 17: is no field of a package ('Name: value')", or is the visitor's.
absl::Status ReadControlFile(
    absl::string_view text,
    absl::FunctionRef<absl::Status(const ControlParagraph&)> visitor);

}  // namespace relocatable

#endif  // PACK_HOST_CONTROL_FILE_H_
