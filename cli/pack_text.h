// cli/pack_text.h - what `relocatable inspect PACK` prints for people.
#ifndef CLI_PACK_TEXT_H_
#define CLI_PACK_TEXT_H_

#include <string>

#include "cli/pack_findings.h"

namespace relocatable {

// With `tree`, items and packages stand below what needs them; else they are
// sorted by size. What a terminal would obey is not in it, whoever made the
// pack.
std::string PackText(const PackFindings& findings, bool tree);

}  // namespace relocatable

#endif  // CLI_PACK_TEXT_H_
