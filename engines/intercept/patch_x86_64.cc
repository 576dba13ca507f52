// PatchCode for x86-64: trampolines, and the jumps to them.
//
//   kNumber   mov $number,%eax; lea back(%rip),%rcx; jmp *fast_entry
//   kBefore   what was moved;   lea back(%rip),%rcx; jmp *generic_entry
//   kBehind   lea 1f(%rip),%rcx; jmp *generic_entry; syscall; 1: what was
//   moved;
//             jmp back
//
// `back` is the address behind the site's `syscall`, which is what the
// instruction itself would leave in rcx (abi.h). A trampoline is 19 bytes for
// most sites. It is laid piece by piece into the free space, with a jump from
// one fragment to the next where a fragment is full.
#include <algorithm>
#include <cstring>
#include <string>

#include "engines/intercept/abi.h"
#include "engines/intercept/decode_x86_64.h"
#include "engines/intercept/find_sites_x86_64.h"
#include "engines/intercept/free_space_x86_64.h"
#include "engines/intercept/sites.h"
#include "engines/intercept/sweep_x86_64.h"

namespace relocatable {
namespace {

using namespace x86_64;  // NOLINT: this file is that namespace's other half

constexpr uint8_t kJump = 0xe9;
constexpr char kNeverRun = '\xcc';  // int3, behind a jump over longer code

// One instruction of a trampoline, and where it was laid.
struct Piece {
  std::string code;
  int distance_at = -1;         // offset of a 32-bit distance in `code`, or -1
  uint64_t target = 0;          // what the distance leads to
  bool to_syscall_end = false;  // it leads behind the trampoline's `syscall`
  uint64_t address = 0;

  uint64_t end() const { return address + code.size(); }
};

std::string Little32(uint64_t value) {
  std::string bytes(4, '\0');
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(value >> 8 * i);
  return bytes;
}

Piece LoadNumber(int32_t number) {
  return {.code = "\xb8" + Little32(static_cast<uint32_t>(number))};
}

// lea target(%rip),%rcx
Piece LoadReturn(uint64_t target) {
  return {.code = std::string("\x48\x8d\x0d") + Little32(0),
          .distance_at = 3,
          .target = target};
}

// jmp *slot
Piece Enter(uint64_t slot) {
  return {.code = std::string("\xff\x24\x25") + Little32(slot)};
}

Piece JumpTo(uint64_t target) {
  return {.code = static_cast<char>(kJump) + Little32(0),
          .distance_at = 1,
          .target = target};
}

// The instructions at [begin, end), to run elsewhere.
void AppendMoved(const Sweep& sweep, uint64_t begin, uint64_t end,
                 std::vector<Piece>* pieces) {
  for (uint64_t at = begin; at < end;) {
    uint64_t size;
    const uint8_t* code = sweep.BytesAt(at, &size);
    const Insn insn = Decode(code, size);
    Piece piece;
    piece.code.assign(reinterpret_cast<const char*>(code), insn.length);
    at += insn.length;
    if (insn.rip_at != 0) {
      int32_t distance;
      memcpy(&distance, code + insn.rip_at, sizeof(distance));
      piece.distance_at = insn.rip_at;
      piece.target = at + distance;
    }
    pieces->push_back(piece);
  }
}

std::vector<Piece> Trampoline(const Sweep& sweep, const Site& site) {
  std::vector<Piece> pieces;
  const uint64_t back = site.address + kSyscallSize;
  switch (site.state) {
    case SiteState::kNumber:
      return {LoadNumber(site.number), LoadReturn(back), Enter(kFastEntrySlot)};
    case SiteState::kBefore:
      AppendMoved(sweep, site.begin, site.address, &pieces);
      pieces.push_back(LoadReturn(back));
      pieces.push_back(Enter(kGenericEntrySlot));
      return pieces;
    default:
      pieces = {LoadReturn(0), Enter(kGenericEntrySlot), {.code = "\x0f\x05"}};
      pieces[0].to_syscall_end = true;
      AppendMoved(sweep, back, site.end, &pieces);
      pieces.push_back(JumpTo(site.end));
      return pieces;
  }
}

// Free space, handed out piece by piece.
class Layout {
 public:
  explicit Layout(std::vector<Fragment> fragments)
      : fragments_(std::move(fragments)) {}

  // Gives every piece an address, adding jumps where fragments end. False, with
  // nothing used up, if there is no room.
  bool Place(std::vector<Piece>* pieces) {
    const size_t saved_current = current_;
    const uint64_t saved_used = used_;
    std::vector<Piece> placed;
    for (size_t i = 0; i < pieces->size(); ++i) {
      const bool last = i + 1 == pieces->size();
      const uint64_t need = (*pieces)[i].code.size() + (last ? 0 : kJumpSize);
      if (!MakeRoom(need, &placed)) {
        current_ = saved_current;
        used_ = saved_used;
        return false;
      }
      Put((*pieces)[i], &placed);
    }
    *pieces = std::move(placed);
    return true;
  }

 private:
  uint64_t room() const { return fragments_[current_].size - used_; }
  uint64_t address() const { return fragments_[current_].address + used_; }

  void Put(Piece piece, std::vector<Piece>* placed) {
    piece.address = address();
    used_ += piece.code.size();
    placed->push_back(std::move(piece));
  }

  // Goes to the first fragment from here on with `need` bytes left; what is
  // skipped is lost. Each piece but the last leaves room for this jump.
  bool MakeRoom(uint64_t need, std::vector<Piece>* placed) {
    if (current_ == fragments_.size()) return false;
    if (room() >= need) return true;
    size_t next = current_ + 1;
    while (next < fragments_.size() && fragments_[next].size < need) ++next;
    if (next == fragments_.size()) return false;
    if (!placed->empty()) Put(JumpTo(fragments_[next].address), placed);
    current_ = next;
    used_ = 0;
    return true;
  }

  std::vector<Fragment> fragments_;
  size_t current_ = 0;
  uint64_t used_ = 0;  // of the current fragment
};

class Patcher {
 public:
  explicit Patcher(const CodeFile& code)
      : code_(code),
        sweep_(code),
        layout_(FreeSpace(sweep_, kSmallestFragment)) {}

  Patching Run() {
    patching_.sites = FindSites(sweep_);
    for (Site& site : patching_.sites) {
      if (IsPatched(site.state) && !Patch(site)) {
        site.state = SiteState::kNoRoom;
        site.begin = site.end = 0;
      }
    }
    MergeEdits();
    return std::move(patching_);
  }

 private:
  // Of two pieces the smallest, and the jump away.
  static constexpr uint64_t kSmallestFragment = 12;

  bool Patch(const Site& site) {
    std::vector<Piece> pieces = Trampoline(sweep_, site);
    if (!layout_.Place(&pieces) || !FixDistances(&pieces)) return false;
    Piece jump = JumpTo(pieces[0].address);
    jump.address = site.begin;
    if (!FixDistance(&jump)) return false;
    jump.code.resize(site.end - site.begin, kNeverRun);
    for (const Piece& piece : pieces) AddEdit(piece);
    AddEdit(jump);
    return true;
  }

  static bool FixDistances(std::vector<Piece>* pieces) {
    uint64_t syscall_end = 0;
    for (const Piece& piece : *pieces) {
      if (piece.code == "\x0f\x05") syscall_end = piece.end();
    }
    for (Piece& piece : *pieces) {
      if (piece.to_syscall_end) piece.target = syscall_end;
      if (!FixDistance(&piece)) return false;
    }
    return true;
  }

  // False if the target is farther away than 31 bits.
  static bool FixDistance(Piece* piece) {
    if (piece->distance_at < 0) return true;
    const int64_t distance = static_cast<int64_t>(piece->target - piece->end());
    if (distance != static_cast<int32_t>(distance)) return false;
    piece->code.replace(piece->distance_at, 4, Little32(distance));
    return true;
  }

  void AddEdit(const Piece& piece) {
    for (const CodeSegment& s : code_.segments) {
      if (piece.address >= s.address && piece.address < s.end() + s.slack) {
        patching_.edits.push_back(
            {s.offset + (piece.address - s.address), piece.code});
        return;
      }
    }
  }

  // Sorts, and joins what touches.
  void MergeEdits() {
    std::vector<Edit>& edits = patching_.edits;
    std::sort(edits.begin(), edits.end(),
              [](const Edit& a, const Edit& b) { return a.offset < b.offset; });
    std::vector<Edit> merged;
    for (Edit& edit : edits) {
      if (!merged.empty() &&
          merged.back().offset + merged.back().bytes.size() == edit.offset) {
        merged.back().bytes += edit.bytes;
      } else {
        merged.push_back(std::move(edit));
      }
    }
    edits = std::move(merged);
  }

  const CodeFile& code_;
  const Sweep sweep_;
  Layout layout_;
  Patching patching_;
};

}  // namespace

Patching PatchCode(const CodeFile& code) { return Patcher(code).Run(); }

bool CouldHaveSites(const CodeFile& code) {
  return x86_64::CouldHaveSyscalls(code);
}

}  // namespace relocatable
