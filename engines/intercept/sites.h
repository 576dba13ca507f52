// engines/intercept/sites.h - the system call sites of a file, and how each can
// be made to call the interceptor.
//
// On x86-64 a site is two bytes, `syscall`, and a jump to a trampoline takes
// five, so a neighbour must make room. Three ways, best first; the first two
// leave the `syscall` itself in place, so that whoever jumps to it, or returns
// to the address behind it, finds what was there:
//
//   kNumber   the five bytes of `mov $number,%eax` right before it become the
//             jump, and the trampoline loads the number. One instruction is
//             replaced by one: nothing can land inside.
//   kBefore   the last instructions before it, five bytes or more, become the
//             jump, and run in the trampoline instead
//   kBehind   the `syscall` and what follows become the jump; both run in the
//             trampoline
//
// With more than one instruction moved, something could jump between them; so
// these ways are only taken where the sweep has seen every jump there is.
#ifndef ENGINES_INTERCEPT_SITES_H_
#define ENGINES_INTERCEPT_SITES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engines/intercept/code_file.h"

namespace relocatable {

// Also stored in twin tables: never renumber.
enum class SiteState : uint16_t {
  kNumber = 1,
  kBefore = 2,
  kBehind = 3,
  // Not patched, because:
  kOtherCall = 16,  // its number is not in the table of system calls
  kUnproven = 17,   // no known start leads here, or what does is no code
  kEntered = 18,    // something jumps, or could, between what would move
  kImmovable = 19,  // what would move depends on where it is
  kNoRoom = 20,     // the file has no room for a trampoline
};

inline bool IsPatched(SiteState state) { return state < SiteState::kOtherCall; }

// "replaces the number", "no room for a trampoline", ...
absl::string_view SiteStateWords(SiteState state);

inline constexpr int32_t kUnknownNumber = -1;

struct Site {
  uint64_t address = 0;  // of the system call instruction
  SiteState state = SiteState::kUnproven;
  int32_t number = kUnknownNumber;
  // The bytes that become the jump: [begin, end); of patched sites only.
  uint64_t begin = 0, end = 0;
};

// An edit of the file.
struct Edit {
  uint64_t offset = 0;
  std::string bytes;
};

struct Patching {
  std::vector<Site> sites;  // by address
  std::vector<Edit> edits;  // by offset; what makes the file a twin
};

// Finds the sites in `code` and plans the edits. Each edit lies within
// a code segment or its slack.
Patching PatchCode(const CodeFile& code);

// False if `code` certainly has no sites: a look at some of it, where PatchCode
// looks at all. Two bytes that could be a `syscall` occur in every larger file.
bool CouldHaveSites(const CodeFile& code);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_SITES_H_
