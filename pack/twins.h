// pack/twins.h - the twins of a pack's programs and libraries: for every ELF
// file with path system calls, a copy of its code in which they call the
// in-process engine (engines/intercept/twin.h).
//
//   lib/twin/<sha256>   a twin, named by its content
//   launch              which file has which (engines/intercept/twin_index.h)
//
// The payload itself stays as it is. The same payload gives the same twins.
#ifndef PACK_TWINS_H_
#define PACK_TWINS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/sha256.h"
#include "engines/intercept/sites.h"

namespace relocatable {

// One twin, without its bytes: they are the original's, edited.
struct PackTwin {
  std::string guest;       // the original's guest path
  std::string source;      // and its host path
  uint32_t file_time = 0;  // its own in the pack, if it has one there
  uint64_t file_size = 0;
  uint64_t begin = 0;  // the part of the original that it replaces
  uint64_t size = 0;
  uint64_t code_hash = 0;    // of that part
  Sha256Digest sha256 = {};  // of the twin
  uint32_t flags = 0;        // kTwin* of engines/intercept/twin_index.h
  std::vector<Edit> edits;
};

struct TwinCandidate {
  std::string guest, source;
  uint32_t file_time = 0;  // see PackTwin
};

// The twins of all of `files` that need one, sorted by file_size and guest
// path. A file that is no ELF file, cannot be read or does not hold together
// has none: packing does not fail for it.
std::vector<PackTwin> MakeTwins(std::vector<TwinCandidate> files);

// The bytes of the twin; an error if its original changed meanwhile.
absl::StatusOr<std::string> TwinContent(const PackTwin& twin);

// The section `twins` of the launch table; empty without twins.
std::string WriteTwinIndex(const std::vector<PackTwin>& twins);

// What became of a file's sites, as words and numbers; of patched and unpatched
// ones, but not of those whose call does not matter.
std::map<std::string, uint64_t> CountSites(const std::string& source);

}  // namespace relocatable

#endif  // PACK_TWINS_H_
