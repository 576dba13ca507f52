// cli/pack_json.h - what `relocatable inspect --json PACK` prints for programs:
// docs/inspect-json.md.
#ifndef CLI_PACK_JSON_H_
#define CLI_PACK_JSON_H_

#include <string>

#include "cli/pack_findings.h"

namespace relocatable {

std::string PackJson(const PackFindings& findings);

}  // namespace relocatable

#endif  // CLI_PACK_JSON_H_
