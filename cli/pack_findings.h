// cli/pack_findings.h - all that `relocatable inspect PACK` finds out, before
// it is put into words (pack_text.h) or JSON (pack_json.h).
#ifndef CLI_PACK_FINDINGS_H_
#define CLI_PACK_FINDINGS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/pack_programs.h"
#include "pack/manifest.h"
#include "pack/read_pack.h"

namespace relocatable {

// A twin, and what became of its original's system call sites.
struct TwinFinding {
  TwinOfPack twin;
  std::map<std::string, uint64_t> sites;  // how many, by what became of them
};

// Where a pack is not as its manifest says.
struct PackDifference {
  std::string path, what;
};

struct PackFindings {
  std::string directory;
  Manifest manifest;
  std::vector<PackProgram> programs;
  std::vector<TwinFinding> twins;
  bool verified = false;  // whether differences were looked for
  std::vector<PackDifference> differences;
};

// Bytes of the payload; files that are hard links of one count once.
uint64_t PayloadSize(const Manifest& manifest);

}  // namespace relocatable

#endif  // CLI_PACK_FINDINGS_H_
