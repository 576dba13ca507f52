// ApplySites for x86-64: the trampolines of patch_x86_64.cc, written at run
// time.
//
//   kNumber   mov $number,%eax; lea back(%rip),%rcx; jmp *fast_entry
//   kBefore   what was moved;   lea back(%rip),%rcx; jmp *generic_entry
//   kBehind   lea 1f(%rip),%rcx; jmp *generic_entry; syscall; 1: what was
//   moved;
//             jmp back
#include <asm/unistd.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/apply_sites.h"
#include "engines/intercept/code_view_x86_64.h"
#include "engines/intercept/mapped_elf.h"

namespace relocatable {
namespace {

using x86_64::Insn;
using x86_64::kJumpBytes;
using x86_64::kSyscallBytes;

constexpr uint64_t kPage = 4096;
// Four moved bytes and an instruction of 15 at most; lea, jmp, syscall, jmp.
constexpr uint64_t kMostMoved = 19;
constexpr uint64_t kMostTrampoline = kMostMoved + 7 + 7 + 2 + 5;
constexpr uint8_t kNeverRun = 0xcc;  // int3, behind a jump over longer code

void Store32(uint8_t* at, uint64_t value) {
  const uint32_t low = static_cast<uint32_t>(value);
  __builtin_memcpy(at, &low, sizeof(low));
}

bool Fits(uint64_t distance) {
  return static_cast<int64_t>(distance) ==
         static_cast<int32_t>(static_cast<int64_t>(distance));
}

uint64_t Address(const uint8_t* at) { return reinterpret_cast<uint64_t>(at); }

// Code that is written where it will run.
class Writer {
 public:
  explicit Writer(uint8_t* to) : to_(to) {}

  uint8_t* end() const { return ok_ ? to_ : nullptr; }

  void LoadNumber(uint32_t number) {
    *to_ = 0xb8;
    Store32(to_ + 1, number);
    to_ += 5;
  }
  void LoadReturn(const uint8_t* target) {  // lea target(%rip),%rcx
    to_[0] = 0x48, to_[1] = 0x8d, to_[2] = 0x0d;
    StoreDistance(to_ + 3, Address(target) - Address(to_ + 7));
    to_ += 7;
  }
  void Enter(uint64_t slot) {  // jmp *slot
    to_[0] = 0xff, to_[1] = 0x24, to_[2] = 0x25;
    Store32(to_ + 3, slot);
    to_ += 7;
  }
  void Syscall() {
    to_[0] = 0x0f, to_[1] = 0x05;
    to_ += kSyscallBytes;
  }
  void JumpTo(const uint8_t* target) {
    to_[0] = 0xe9;
    StoreDistance(to_ + 1, Address(target) - Address(to_ + kJumpBytes));
    to_ += kJumpBytes;
  }
  // The instructions at [from, end), to run here.
  void MoveAll(const uint8_t* from, const uint8_t* end) {
    while (from < end) {
      const Insn insn = x86_64::Decode(from, static_cast<uint64_t>(end - from));
      Move(from, insn);
      from += insn.length;
    }
  }

 private:
  void Move(const uint8_t* code, const Insn& insn) {
    for (int i = 0; i < insn.length; ++i) to_[i] = code[i];
    if (insn.rip_at != 0) {
      const int64_t distance = LoadFrom<int32_t>(code + insn.rip_at);
      StoreDistance(to_ + insn.rip_at, static_cast<uint64_t>(distance) +
                                           Address(code) - Address(to_));
    }
    to_ += insn.length;
  }

  void StoreDistance(uint8_t* at, uint64_t distance) {
    ok_ = ok_ && Fits(distance);
    Store32(at, distance);
  }

  uint8_t* to_;
  bool ok_ = true;
};

// Whether [at, end) is whole instructions.
bool IsWhole(const uint8_t* text, uint32_t at, uint32_t end) {
  while (at < end) {
    const Insn insn = x86_64::Decode(text + at, end - at);
    if (insn.length == 0) return false;
    at += insn.length;
  }
  return true;
}

// Whether the site's bytes are what the list says: it may be another file's.
bool IsThere(const PatchSite& site, const uint8_t* text, uint64_t size) {
  const uint64_t end = uint64_t{site.at} + kSyscallBytes + site.behind;
  if (site.before > site.at || end > size || site.before > kMostMoved ||
      site.behind > kMostMoved || site.end() - site.begin() < kJumpBytes ||
      (site.before > 0 && site.behind > 0) || text[site.at] != 0x0f ||
      text[site.at + 1] != 0x05) {
    return false;
  }
  if (site.replaces_number()) {
    return site.before == kJumpBytes && text[site.begin()] == 0xb8 &&
           LoadFrom<uint32_t>(text + site.begin() + 1) == site.number;
  }
  return IsWhole(text, site.begin(), site.at) &&
         IsWhole(text, site.at + kSyscallBytes, static_cast<uint32_t>(end));
}

// Writes the trampoline of a site to `to`; its end, or nullptr if something is
// too far away.
uint8_t* WriteTrampoline(const PatchSite& site, const uint8_t* text,
                         uint8_t* to) {
  Writer writer(to);
  const uint8_t* const back = text + site.at + kSyscallBytes;
  if (site.behind > 0) {
    constexpr uint64_t kReturnAt = 7 + 7 + kSyscallBytes;
    writer.LoadReturn(to + kReturnAt);
    writer.Enter(kGenericEntrySlot);
    writer.Syscall();
    writer.MoveAll(back, back + site.behind);
    writer.JumpTo(back + site.behind);
  } else if (site.replaces_number()) {
    writer.LoadNumber(site.number);
    writer.LoadReturn(back);
    writer.Enter(kFastEntrySlot);
  } else {
    writer.MoveAll(text + site.begin(), text + site.at);
    writer.LoadReturn(back);
    writer.Enter(kGenericEntrySlot);
  }
  return writer.end();
}

// Pages of ours within reach of the image at [low, high): the first free ones
// below it, where its heap does not grow, else above.
uint8_t* MapNear(uint64_t low, uint64_t high, uint64_t size) {
  constexpr uint64_t kStep = 16 * kPage, kLowest = 0x10000;
  constexpr int kTries = 256;
  for (int i = 0; i < 2 * kTries; ++i) {
    const bool below = i < kTries;
    const uint64_t way = static_cast<uint64_t>(i % kTries) * kStep;
    if (below && low < kLowest + way + size) continue;
    const uint64_t at = below ? low - size - way : high + way;
    const long map =
        bare::Syscall(__NR_mmap, at, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (map == static_cast<long>(at)) return reinterpret_cast<uint8_t*>(map);
    // Kernels before 4.17 take the address for a wish.
    if (map > 0 || map < -4095) bare::Syscall(__NR_munmap, map, size);
  }
  return nullptr;
}

// Makes the site jump to `trampoline`, whose end is returned; nullptr, and
// nothing is changed, if it cannot.
uint8_t* PatchSiteAt(const PatchSite& site, uint8_t* text,
                     uint8_t* trampoline) {
  uint8_t* const begin = text + site.begin();
  const uint64_t distance = Address(trampoline) - Address(begin + kJumpBytes);
  uint8_t* const end = WriteTrampoline(site, text, trampoline);
  if (end == nullptr || !Fits(distance)) return nullptr;
  begin[0] = 0xe9;
  Store32(begin + 1, distance);
  for (uint8_t* at = begin + kJumpBytes; at < text + site.end(); ++at) {
    *at = kNeverRun;
  }
  return end;
}

}  // namespace

Trampolines ApplySites(const PatchSites& sites, uint8_t* text, uint64_t size) {
  const uint64_t room =
      (sites.count * kMostTrampoline + kPage - 1) & ~(kPage - 1);
  uint8_t* const trampolines =
      room == 0 ? nullptr
                : MapNear(Address(text) - sites.image_before,
                          Address(text) + sites.image_behind, room);
  if (trampolines == nullptr) return {};
  uint8_t* next = trampolines;
  for (uint32_t i = 0; i < sites.count; ++i) {
    const PatchSite& site = sites.sites[i];
    if (!IsThere(site, text, size)) continue;
    uint8_t* const end = PatchSiteAt(site, text, next);
    if (end != nullptr) next = end;
  }
  if (next == trampolines || bare::Syscall(__NR_mprotect, trampolines, room,
                                           PROT_READ | PROT_EXEC) != 0) {
    bare::Syscall(__NR_munmap, trampolines, room);
    return {};
  }
  return {trampolines, room};
}

}  // namespace relocatable
