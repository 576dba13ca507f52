#include "cli/command.h"

#include <stdio.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace relocatable {

void PrintError(absl::string_view command, absl::string_view message) {
  // One write: lines of processes that share a terminal do not mix.
  const std::string line = absl::StrCat(
      "relocatable", command.empty() ? "" : " ", command, ": ", message, "\n");
  fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace relocatable
