// pack/manifest.h - the file manifest.json of a pack: what is in it, for people
// and tools. docs/manifest.md describes the format; nothing is started by it.
#ifndef PACK_MANIFEST_H_
#define PACK_MANIFEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/sha256.h"
#include "pack/plan.h"

namespace relocatable {

// Of the format; a reader refuses another.
inline constexpr int kManifestVersion = 1;

// A file of the pack that is no payload.
struct ManifestFile {
  std::string path;  // below the pack: "relocatable"
  uint64_t size = 0;
  Sha256Digest sha256 = {};
};

struct Manifest {
  std::string tool;     // what made the pack: "relocatable 0.1.0"
  std::string machine;  // of the programs, as uname -m: "x86_64"
  Origin origin = Origin::kStore;
  std::vector<std::string> sources;   // what the user asked for
  std::vector<std::string> excluded;  // the globs of --exclude
  std::vector<PlanMount> mounts;      // sorted by guest path
  std::vector<PlanName> names;        // sorted by name
  std::string entry_point;            // a name, or empty
  std::vector<PlanItem> items;        // sorted by path
  std::vector<PlanPackage> packages;  // of a host
  std::vector<PlanFile> payload;      // of a host; sorted by path
  std::vector<ManifestFile> files;    // sorted by path
};

// The same text for the same manifest. Bytes of a name that are not UTF-8 are
// replaced: JSON cannot hold them; the launch table does.
std::string WriteManifest(const Manifest& manifest);

// Takes nothing on trust: every member has its type, paths are normal, items
// are store paths below a mount, what refers to items refers to listed ones.
// Members it does not know are ignored. Errors follow the file's name: "is not
// JSON (at byte 17)", "items[3].narSize: is not a number".
absl::StatusOr<Manifest> ReadManifest(absl::string_view text);

}  // namespace relocatable

#endif  // PACK_MANIFEST_H_
