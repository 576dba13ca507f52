// engines/intercept/patch_sites.h - the system call sites of one code segment
// that can be patched while it is mapped.
//
// A site is patched where it is proven to be one: decoding forward from the
// start of its function, as the file itself tells it, leads there. The ways are
// those of sites.h: the number, or else what lies before or behind it, where
// every jump into the moved instructions is seen (jump_scan_x86_64.h).
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_PATCH_SITES_H_
#define ENGINES_INTERCEPT_PATCH_SITES_H_

#include <stdint.h>

namespace relocatable {

struct PatchSite {
  static constexpr uint16_t kAnyNumber = 0xffff;

  uint32_t at;      // of the `syscall`, from the segment's first byte
  uint16_t number;  // of the one instruction that is replaced, else kAnyNumber
  // Bytes before the `syscall` that become the jump; or, with it, bytes behind.
  uint8_t before, behind;

  uint32_t begin() const { return at - before; }
  uint32_t end() const { return behind == 0 ? at : at + 2u + behind; }
  bool replaces_number() const { return number != kAnyNumber; }
};
static_assert(sizeof(PatchSite) == 8);

inline constexpr uint32_t kMaxPatchSites = 1024;

struct PatchSites {
  // How far the file's image reaches, in pages, before and behind the
  // segment's first byte: trampolines go outside.
  uint64_t image_before = 0, image_behind = 0;
  // Sites that may make a call of the table, and stay as they are.
  uint32_t left = 0;
  uint32_t count = 0;
  PatchSite sites[kMaxPatchSites];
};

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PATCH_SITES_H_
