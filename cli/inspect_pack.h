// cli/inspect_pack.h - what `relocatable inspect PACK` says about a pack.
#ifndef CLI_INSPECT_PACK_H_
#define CLI_INSPECT_PACK_H_

#include <string>

#include "absl/status/statusor.h"

namespace relocatable {

struct InspectPackOptions {
  bool json = false;    // docs/inspect-json.md, instead of text
  bool tree = false;    // items by who needs them, instead of by size
  bool verify = false;  // compare the pack with its manifest
};

struct PackReport {
  std::string text;    // for stdout
  bool intact = true;  // with verify: no difference was found
};

// Whether the directory `path` claims to be a pack: it has a file `launch` or
// `manifest.json`.
bool LooksLikePack(const std::string& path);

// An error if the pack's manifest or launch table cannot be read; it names the
// file.
absl::StatusOr<PackReport> InspectPack(const std::string& dir,
                                       const InspectPackOptions& options);

}  // namespace relocatable

#endif  // CLI_INSPECT_PACK_H_
