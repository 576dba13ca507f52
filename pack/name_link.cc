#include "pack/name_link.h"

#include "absl/strings/str_cat.h"

namespace relocatable {

std::string LinkFromName(absl::string_view name, absl::string_view path) {
  std::string text;
  for (char c : name) {
    if (c == '/') absl::StrAppend(&text, "../");
  }
  return absl::StrCat(text, path);
}

std::string LinkToBinary(absl::string_view name) {
  return LinkFromName(name, "relocatable");
}

}  // namespace relocatable
