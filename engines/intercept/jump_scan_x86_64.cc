#include "engines/intercept/jump_scan_x86_64.h"

#include "engines/intercept/function_range.h"

namespace relocatable::x86_64 {
namespace {

// One instruction is replaced by one jump: there is nothing to enter.
bool MovesSeveral(const CodeView& code, const PatchSite& site) {
  return !site.replaces_number() &&
         Decode(code.code + site.begin(), site.end() - site.begin()).length !=
             site.end() - site.begin();
}

class JumpScan {
 public:
  JumpScan(const MappedElf& file, const CodeView& code, PatchSites& sites)
      : file_(file), code_(code), sites_(sites) {}

  void Run() {
    for (uint32_t i = 0; i < sites_.count; ++i) {
      if (MovesSeveral(code_, sites_.sites[i])) Watch(sites_.sites[i]);
    }
    if (!any_) return;
    LookEverywhere();
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sites_.count; ++i) {
      if (entered_[i] && MovesSeveral(code_, sites_.sites[i])) {
        ++sites_.left;
      } else {
        sites_.sites[kept++] = sites_.sites[i];
      }
    }
    sites_.count = kept;
  }

 private:
  void LookEverywhere() {
    for (uint64_t i = 0; i + 6 <= code_.size; ++i) {
      const uint8_t* p = code_.code + i;
      if ((p[0] & 0xfe) == 0xe8) {  // call, jmp
        Look(i, i + 5 + Distance(p + 1));
      } else if (p[0] == 0x0f && (p[1] & 0xf0) == 0x80) {  // jcc
        Look(i, i + 6 + Distance(p + 2));
      } else if (p[0] == 0x8d && (p[1] & 0xc7) == 0x05) {  // lea
        Look(i, i + 6 + Distance(p + 2));
      }
    }
  }

  static constexpr uint64_t kGrain = 64, kBuckets = 512;

  static uint64_t Distance(const uint8_t* at) {
    return static_cast<uint64_t>(int64_t{LoadFrom<int32_t>(at)});
  }
  bool& Bucket(uint64_t offset) { return watched_[offset / kGrain % kBuckets]; }

  // Jumps with a distance of one byte can only be near: looked for at once.
  void Watch(PatchSite& site) {
    constexpr uint64_t kReach = 130;
    any_ = true;
    const uint64_t begin = site.begin(), end = site.end();
    for (uint64_t at = begin; at <= end; ++at) Bucket(at) = true;
    for (uint64_t i = begin < kReach ? 0 : begin - kReach;
         i < end + kReach && i + 2 <= code_.size; ++i) {
      const uint8_t op = code_.code[i];
      const bool jump =
          (op & 0xf0) == 0x70 || op == 0xeb || (op & 0xfc) == 0xe0;
      const auto distance = static_cast<int8_t>(code_.code[i + 1]);
      const uint64_t to = i + 2 + static_cast<uint64_t>(int64_t{distance});
      if (jump) Enter(site, i, to);
    }
  }

  void Look(uint64_t from, uint64_t to) {
    if (to >= code_.size || !Bucket(to)) return;
    for (uint32_t i = 0; i < sites_.count; ++i) {
      PatchSite& site = sites_.sites[i];
      if (!site.replaces_number()) Enter(site, from, to);
    }
  }

  // What may be a jump at `from` leads to `to`.
  void Enter(PatchSite& site, uint64_t from, uint64_t to) {
    if (to <= site.begin() || to >= site.end()) return;
    FunctionRange own;
    if (FindFunction(file_, code_.address + site.at, own) &&
        code_.address + from >= own.begin && code_.address + from < own.end) {
      return;
    }
    entered_[&site - sites_.sites] = true;
  }

  const MappedElf& file_;
  const CodeView& code_;
  PatchSites& sites_;
  bool watched_[kBuckets] = {};
  bool any_ = false;
  bool entered_[kMaxPatchSites] = {};
};

}  // namespace

void DropEnteredSites(const MappedElf& file, const CodeView& code,
                      PatchSites& sites) {
  JumpScan(file, code, sites).Run();
}

}  // namespace relocatable::x86_64
