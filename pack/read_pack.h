// pack/read_pack.h - the files of a pack that say what is in it.
#ifndef PACK_READ_PACK_H_
#define PACK_READ_PACK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pack/manifest.h"

namespace relocatable {

// Reads DIR/manifest.json. Safe with any bytes, and with what only looks like a
// file. Errors name the file: "'DIR/manifest.json' is not JSON (at byte 17)";
// kNotFound if there is none, so that DIR is no pack.
absl::StatusOr<Manifest> ReadPackManifest(const std::string& dir);

// A program or library of the payload, and its twin.
struct TwinOfPack {
  std::string guest;  // the original's guest path
  std::string file;   // the twin's path below the pack
  uint64_t size = 0;  // in bytes
};

// What DIR/launch says beside the manifest.
struct PackLaunch {
  std::vector<TwinOfPack> twins;  // sorted by guest path
};

// Reads and checks all of DIR/launch: "'DIR/launch' is damaged: its names are
// not sorted".
absl::StatusOr<PackLaunch> ReadPackLaunch(const std::string& dir);

}  // namespace relocatable

#endif  // PACK_READ_PACK_H_
