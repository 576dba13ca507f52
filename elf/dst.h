// elf/dst.h - dynamic string tokens: $ORIGIN, $LIB and $PLATFORM in RPATHs and
// needed names, as glibc expands them.
//
// ld.so(8) "Dynamic string tokens"; glibc elf/dl-load.c (is_dst): a token ends
// where no letter, digit or underscore follows, or stands in braces; what is no
// token of these three stays as it is.
#ifndef ELF_DST_H_
#define ELF_DST_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace relocatable {

struct TokenValues {
  std::string origin;    // folder of the file that has the text
  std::string lib;       // "lib64", "lib/x86_64-linux-gnu": the ld.so's own
  std::string platform;  // "x86_64", "haswell"; empty: not known
};

// Nothing if a token has no value: ld.so then drops the path.
absl::optional<std::string> ExpandTokens(absl::string_view text,
                                         const TokenValues& values);

}  // namespace relocatable

#endif  // ELF_DST_H_
