// pack/host/licences.h - what a package's copyright file says its licences are.
//
// /usr/share/doc/NAME/copyright is free text, or in fields if it begins with
// "Format:" (dep-team.debian.net/deps/dep5), where "License: GPL-2+" gives each
// a short name. Both may point to texts in /usr/share/common-licenses.
#ifndef PACK_HOST_LICENCES_H_
#define PACK_HOST_LICENCES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace relocatable {

struct Licences {
  // Short names, sorted, each once: of the fields, or else of the texts.
  std::vector<std::string> names;
  std::vector<std::string> texts;  // in common-licenses: "GPL-2"
};

Licences ParseCopyright(absl::string_view text);

}  // namespace relocatable

#endif  // PACK_HOST_LICENCES_H_
