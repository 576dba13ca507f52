#include "engines/intercept/free_space_x86_64.h"

#include "engines/intercept/decode_x86_64.h"

namespace relocatable::x86_64 {
namespace {

constexpr uint8_t kInt3 = 0xcc;  // lld's and Go's padding

bool IsPadding(const Sweep& sweep, uint64_t begin, uint64_t end) {
  for (uint64_t at = begin; at < end;) {
    uint64_t size;
    const uint8_t* code = sweep.BytesAt(at, &size);
    const Insn insn = Decode(code, end - at);
    if (insn.kind != Kind::kNop && *code != kInt3) return false;
    at += insn.length;
  }
  for (uint64_t at = begin; at < end; ++at) {
    if (sweep.IsTarget(at)) return false;
  }
  return true;
}

}  // namespace

std::vector<Fragment> FreeSpace(const Sweep& sweep, uint64_t at_least) {
  std::vector<Fragment> fragments;
  for (const CodeSegment& s : sweep.code().segments) {
    if (s.slack >= at_least) fragments.push_back({s.end(), s.slack});
  }
  const auto& regions = sweep.regions();
  for (auto next = regions.begin(); next != regions.end();) {
    const auto region = next++;
    if (next == regions.end()) break;
    const uint64_t begin = region->second.end;
    const uint64_t end = next->first;
    if (begin >= end || end - begin < at_least || !region->second.sound ||
        !next->second.sound || region->second.falls_through) {
      continue;
    }
    uint64_t size;
    sweep.BytesAt(region->first, &size);
    if (end - region->first >= size) continue;  // not in one segment
    if (IsPadding(sweep, begin, end)) fragments.push_back({begin, end - begin});
  }
  return fragments;
}

}  // namespace relocatable::x86_64
