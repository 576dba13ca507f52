#include "engines/intercept/find_sites_x86_64.h"

#include <cstring>

#include "engines/intercept/decode_x86_64.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable::x86_64 {
namespace {

// How far back a number is looked for. The farthest met in glibc 2.36 is 12
// instructions (pthread_create's mask).
constexpr int kFarthestNumber = 32;

bool IsEndbr64(const uint8_t* code, const Insn& insn) {
  return insn.map == 1 && insn.opcode == 0x1e && code[insn.modrm_at] == 0xfa;
}

// Whether the instruction does the same elsewhere, once its displacement is
// corrected. endbr64 marks a place and must stay.
bool IsMovable(const uint8_t* code, const Insn& insn) {
  switch (insn.kind) {
    case Kind::kPlain:
    case Kind::kNop:
    case Kind::kMovEax:
      return !IsEndbr64(code, insn) && (insn.rip_at == 0 || !insn.address32);
    default:
      return false;
  }
}

// What an instruction puts into a register.
struct Load {
  bool known = false;
  int32_t number = kUnknownNumber;  // a constant
  int from = -1;                    // or what that register holds
};

// What `insn` puts into `reg`, for the forms in which numbers are loaded.
Load LoadInto(const uint8_t* code, const Insn& insn, int reg) {
  if (insn.map != 0 || insn.vector) return {};
  const uint8_t modrm = insn.modrm_at ? code[insn.modrm_at] : 0;
  const int rm = (modrm & 7) | (insn.rex & 1) << 3;
  const int other = (modrm >> 3 & 7) | (insn.rex & 4) << 1;
  const uint8_t op = insn.opcode;
  Load load;
  int at;  // of the constant
  if (op >= 0xb8 && insn.length >= 5 &&
      reg == ((op & 7) | (insn.rex & 1) << 3) && op <= 0xbf) {
    at = insn.length - 4;  // mov $imm32,%reg
    if (insn.length > 6) return {};
  } else if (modrm >= 0xc0 && op == 0xc7 && rm == reg) {
    at = insn.modrm_at + 1;
    if (insn.length - at != 4) return {};
  } else if (modrm >= 0xc0 && rm == reg && other == reg &&
             (op == 0x31 || op == 0x33)) {
    return {.known = true, .number = 0};
  } else if (modrm >= 0xc0 && rm == reg && op == 0x89) {
    return {.known = true, .from = other};
  } else if (modrm >= 0xc0 && other == reg && op == 0x8b) {
    return {.known = true, .from = rm};
  } else {
    return {};
  }
  memcpy(&load.number, code + at, sizeof(load.number));
  load.known = load.number != kUnknownNumber;
  return load;
}

class Finder {
 public:
  explicit Finder(const Sweep& sweep) : sweep_(sweep) {}

  Site Find(uint64_t address) {
    site_ = Site();
    site_.address = address;
    const auto region = sweep_.RegionOf(address);
    if (region == sweep_.regions().end() || !region->second.sound ||
        !sweep_.IsStart(address)) {
      return site_;
    }
    begin_ = region->first;
    end_ = region->second.end;
    closed_ = region->second.closed;
    site_.number = FindNumber();
    // What jumps to the `syscall` itself does not come by what is before it.
    const bool first_behind = sweep_.IsTarget(address);
    if (site_.number != kUnknownNumber &&
        FindSyscall(static_cast<uint32_t>(site_.number)) == nullptr) {
      site_.state = SiteState::kOtherCall;
    } else if (!(first_behind && TryBehind()) && !TryNumber() && !TryBefore() &&
               !TryBehind()) {
      site_.state = entered_ ? SiteState::kEntered : SiteState::kImmovable;
    }
    return site_;
  }

 private:
  struct At {
    uint64_t address = 0;
    const uint8_t* code = nullptr;
    Insn insn;
  };

  At Read(uint64_t address) const {
    uint64_t size;
    At at;
    at.address = address;
    at.code = sweep_.BytesAt(address, &size);
    at.insn = Decode(at.code, size);
    return at;
  }

  // The instruction right before `address` in this region. Starts are
  // contiguous in a sound region, so the nearest one is it.
  bool ReadBefore(uint64_t address, At& at) const {
    for (uint64_t a = address; a-- > begin_;) {
      if (!sweep_.IsStart(a)) continue;
      at = Read(a);
      return a + at.insn.length == address;
    }
    return false;
  }

  // The number that rax holds at the site, as far as can be told; it only
  // decides whether the site is of interest. Where it matters to the patch, the
  // trampoline looks at rax.
  int32_t FindNumber() const {
    uint64_t address = site_.address;
    int reg = 0;
    At at;
    for (int i = 0; i < kFarthestNumber; ++i) {
      if (sweep_.IsTarget(address) || !ReadBefore(address, at)) break;
      const Load load = LoadInto(at.code, at.insn, reg);
      if (load.known && load.from < 0) return load.number;
      if (load.known) {
        reg = load.from;
      } else if (!KeepsRegister(at.code, at.insn, reg)) {
        break;
      }
      address = at.address;
    }
    return reg == 0 ? kUnknownNumber : LoneNumber(reg, address);
  }

  // Loops load the number into another register, ahead. The constant that the
  // region loads into it before `end`, if that is all it loads and is no number
  // of the table.
  int32_t LoneNumber(int reg, uint64_t end) const {
    int32_t number = kUnknownNumber;
    for (uint64_t address = begin_; address < end;) {
      const At at = Read(address);
      address += at.insn.length;
      const Load load = LoadInto(at.code, at.insn, reg);
      if (!load.known) continue;
      if (load.from >= 0 || FindSyscall(load.number) != nullptr) {
        return kUnknownNumber;
      }
      number = load.number;
    }
    return number;
  }

  bool TryNumber() {
    At at;
    if (!ReadBefore(site_.address, at) || at.insn.kind != Kind::kMovEax) {
      return false;
    }
    if (IsEnteredWithin(at.address, site_.address)) return false;
    return Take(SiteState::kNumber, at.address, site_.address);
  }

  // Whether something certainly jumps to an address inside (begin, end).
  bool IsEnteredWithin(uint64_t begin, uint64_t end) {
    for (uint64_t a = begin + 1; a < end; ++a) {
      if (sweep_.IsTarget(a)) return entered_ = true;
    }
    return false;
  }

  bool TryBefore() {
    uint64_t begin = site_.address;
    int count = 0;
    for (; site_.address - begin < kJumpSize; ++count) {
      At at;
      if (!ReadBefore(begin, at) || !IsMovable(at.code, at.insn)) return false;
      begin = at.address;
    }
    if (IsEnteredWithin(begin, site_.address)) return false;
    if (count > 1 && !closed_) {
      entered_ = true;
      return false;
    }
    return Take(SiteState::kBefore, begin, site_.address);
  }

  bool TryBehind() {
    uint64_t end = site_.address + kSyscallSize;
    while (end - site_.address < kJumpSize) {
      if (end >= end_) return false;
      const At at = Read(end);
      if (!IsMovable(at.code, at.insn)) return false;
      end += at.insn.length;
    }
    if (end > end_ || IsEnteredWithin(site_.address, end)) return false;
    if (!closed_) {
      entered_ = true;
      return false;
    }
    return Take(SiteState::kBehind, site_.address, end);
  }

  bool Take(SiteState state, uint64_t begin, uint64_t end) {
    site_.state = state;
    site_.begin = begin;
    site_.end = end;
    return true;
  }

  const Sweep& sweep_;
  Site site_;
  uint64_t begin_ = 0, end_ = 0;  // of the region
  bool closed_ = false;
  bool entered_ = false;
};

}  // namespace

std::vector<Site> FindSites(const Sweep& sweep) {
  std::vector<Site> sites;
  for (const uint64_t address : sweep.syscalls()) {
    Site site = Finder(sweep).Find(address);
    // Room taken by the site before: a `syscall` moved behind another.
    if (IsPatched(site.state) && !sites.empty() &&
        site.begin < sites.back().end) {
      site.state = SiteState::kEntered;
    }
    sites.push_back(site);
  }
  return sites;
}

}  // namespace relocatable::x86_64
