#include "engines/intercept/sweep_x86_64.h"

#include <algorithm>
#include <cstring>

#include "engines/intercept/decode_x86_64.h"

namespace relocatable::x86_64 {
namespace {

bool IsLea(const Insn& insn) {
  return insn.map == 0 && insn.opcode == 0x8d && !insn.vector;
}

constexpr char kSyscall[] = "\x0f\x05";

bool HasTarget(Kind kind) {
  return kind == Kind::kJump || kind == Kind::kBranch || kind == Kind::kCall;
}

// The ranges of `known`; those that overlap become one: a symbol inside a
// frame, or a frame inside a symbol's range.
std::map<uint64_t, Region> KnownRegions(const std::vector<KnownCode>& known) {
  std::map<uint64_t, Region> regions;
  Region* open = nullptr;
  for (const KnownCode& k : known) {
    if (k.end == 0) continue;
    if (open == nullptr || k.begin >= open->end) {
      open = &regions.emplace_hint(regions.end(), k.begin, Region())->second;
    }
    open->end = std::max(open->end, k.end);
    if (k.landing_pads) open->closed = false;
  }
  return regions;
}

std::map<uint64_t, Region>::const_iterator FindRegion(
    const std::map<uint64_t, Region>& regions, uint64_t address) {
  auto next = regions.upper_bound(address);
  if (next == regions.begin()) return regions.end();
  --next;
  return address < next->second.end ? next : regions.end();
}

// Whether the bytes at `end` start an instruction of the code that starts at
// `begin`, or that code makes no sense.
bool LeadsTo(const uint8_t* begin, const uint8_t* end, size_t behind) {
  while (begin < end) {
    const Insn insn = Decode(begin, end - begin + behind);
    if (insn.kind == Kind::kInvalid) return true;
    begin += insn.length;
  }
  return begin == end;
}

}  // namespace

bool CouldHaveSyscalls(const CodeFile& code) {
  const std::map<uint64_t, Region> regions = KnownRegions(code.known);
  for (const CodeSegment& s : code.segments) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(s.bytes.data());
    for (size_t at = s.bytes.find(kSyscall); at != std::string::npos;
         at = s.bytes.find(kSyscall, at + 1)) {
      const auto region = FindRegion(regions, s.address + at);
      if (region == regions.end() ||
          LeadsTo(bytes + (region->first - s.address), bytes + at,
                  s.bytes.size() - at)) {
        return true;
      }
    }
  }
  return false;
}

struct Sweep::Decoded {
  Insn insn;
  uint64_t target = 0;     // of a direct jump or call
  uint64_t reference = 0;  // what a rip-relative operand refers to, or 0
};

Sweep::Sweep(const CodeFile& code) : code_(code) {
  for (const CodeSegment& s : code_.segments) {
    marks_.emplace_back(s.bytes.size());
  }
  for (const uint64_t label : code_.labels) SetMark(label, kTarget);
  for (const KnownCode& known : code_.known) {
    SetMark(known.begin, known.function ? kTarget | kFunction : kTarget);
  }
  MakeKnownRegions();
  DiscoverAll();
  SweepGaps();
  Close();
  std::sort(syscalls_.begin(), syscalls_.end());
  syscalls_.erase(std::unique(syscalls_.begin(), syscalls_.end()),
                  syscalls_.end());
}

int Sweep::SegmentOf(uint64_t address) const {
  for (size_t i = 0; i < code_.segments.size(); ++i) {
    if (code_.segments[i].Contains(address)) return static_cast<int>(i);
  }
  return -1;
}

bool Sweep::Marked(uint64_t address, Mark mark) const {
  const int i = SegmentOf(address);
  return i >= 0 && (marks_[i][address - code_.segments[i].address] & mark) != 0;
}

void Sweep::SetMark(uint64_t address, uint8_t marks) {
  const int i = SegmentOf(address);
  if (i >= 0) marks_[i][address - code_.segments[i].address] |= marks;
}

const uint8_t* Sweep::BytesAt(uint64_t address, uint64_t* size) const {
  const CodeSegment& s = code_.segments[SegmentOf(address)];
  *size = s.end() - address;
  return reinterpret_cast<const uint8_t*>(s.bytes.data()) +
         (address - s.address);
}

std::map<uint64_t, Region>::const_iterator Sweep::RegionOf(
    uint64_t address) const {
  return FindRegion(regions_, address);
}

void Sweep::MakeKnownRegions() {
  regions_ = KnownRegions(code_.known);
  for (const auto& [start, region] : regions_) DecodeKnown(start);
  for (const KnownCode& known : code_.known) {
    const auto region = RegionOf(known.begin);
    if (region == regions_.end()) {
      leads_.push_back({known.begin, known.begin});
    } else if (!IsStart(known.begin)) {
      regions_[region->first].sound = false;
    }
  }
}

Sweep::Decoded Sweep::DecodeAt(uint64_t at, uint64_t limit) {
  uint64_t size;
  const uint8_t* bytes = BytesAt(at, &size);
  Decoded decoded;
  decoded.insn = Decode(bytes, std::min(size, limit - at));
  const uint64_t end = at + decoded.insn.length;
  if (HasTarget(decoded.insn.kind)) decoded.target = end + decoded.insn.target;
  if (decoded.insn.rip_at != 0 && !decoded.insn.address32) {
    int32_t distance;
    memcpy(&distance, bytes + decoded.insn.rip_at, sizeof(distance));
    decoded.reference = end + distance;
  }
  return decoded;
}

void Sweep::NoteTargets(uint64_t at, const Decoded& decoded) {
  const Insn& insn = decoded.insn;
  if (insn.kind == Kind::kSyscall) syscalls_.push_back(at);
  if (HasTarget(insn.kind)) {
    SetMark(decoded.target,
            insn.kind == Kind::kCall ? kTarget | kFunction : kTarget);
  }
  if (decoded.reference != 0) {
    SetMark(decoded.reference, IsLea(insn) ? kTarget | kFunction : kTarget);
  }
}

void Sweep::DecodeKnown(uint64_t begin) {
  Region& region = regions_[begin];
  for (uint64_t at = begin; at < region.end;) {
    const Decoded decoded = DecodeAt(at, region.end);
    if (decoded.insn.kind == Kind::kInvalid) {
      region.sound = false;
      return;
    }
    SetMark(at, kStart);
    NoteTargets(at, decoded);
    if (HasTarget(decoded.insn.kind)) leads_.push_back({decoded.target, begin});
    if (decoded.insn.kind == Kind::kIndirectJump) region.closed = false;
    region.falls_through = !EndsFlow(decoded.insn.kind);
    at += decoded.insn.length;
  }
}

void Sweep::DiscoverAll() {
  while (!leads_.empty()) {
    const Lead lead = leads_.back();
    leads_.pop_back();
    const auto from = regions_.find(lead.from);
    if (from == regions_.end() || from->second.sound) Discover(lead.to);
  }
}

// Code that known code calls or jumps to, whose end nobody tells: it ends where
// its flow does and no branch goes on, or where a call is followed by padding
// (it does not return).
void Sweep::Discover(uint64_t begin) {
  const int segment = SegmentOf(begin);
  if (segment < 0 || RegionOf(begin) != regions_.end()) return;
  uint64_t limit = code_.segments[segment].end();
  const auto next = regions_.upper_bound(begin);
  if (next != regions_.end()) limit = std::min(limit, next->first);

  Region region;
  uint64_t farthest = begin;  // a branch within goes at least so far
  uint64_t at = begin;
  bool after_call = false;
  for (bool more = true; more && at < limit;) {
    const Decoded decoded = DecodeAt(at, limit);
    const Kind kind = decoded.insn.kind;
    if (after_call && at > farthest && kind == Kind::kNop) break;
    if (kind == Kind::kInvalid) {
      region.sound = false;
      ++at;
      break;
    }
    SetMark(at, kStart);
    NoteTargets(at, decoded);
    at += decoded.insn.length;
    if (HasTarget(kind)) {
      leads_.push_back({decoded.target, begin});
      if (kind != Kind::kCall && decoded.target < limit) {
        farthest = std::max(farthest, decoded.target);
      }
    }
    if (kind == Kind::kIndirectJump) region.closed = false;
    region.falls_through = !EndsFlow(kind);
    after_call = kind == Kind::kCall;
    more = !EndsFlow(kind) || farthest >= at;
  }
  region.end = at;
  regions_[begin] = region;
}

void Sweep::SweepGaps() {
  for (const CodeSegment& s : code_.segments) {
    uint64_t at = s.address;
    for (auto region = regions_.lower_bound(at);
         region != regions_.end() && region->first < s.end(); ++region) {
      SweepGap(at, region->first);
      at = region->second.end;
    }
    SweepGap(at, s.end());
  }
  // An unsound region ends being decoded where it stopped making sense.
  for (const auto& [begin, region] : regions_) {
    if (!region.sound) SweepGap(begin, region.end);
  }
}

void Sweep::SweepGap(uint64_t begin, uint64_t end) {
  for (uint64_t at = begin; at < end;) {
    const Decoded decoded = DecodeAt(at, end);
    if (!IsStart(at)) NoteTargets(at, decoded);
    at += std::max<uint64_t>(decoded.insn.length, 1);
  }
}

// A region that nothing calls, points to or names may be a part of a function
// that was split off; its jump table may be in the other part. And a region
// found by following jumps has a true start only where code was decoded right.
void Sweep::Close() {
  for (auto& [begin, region] : regions_) {
    if (!Marked(begin, kFunction)) region.closed = false;
  }
}

}  // namespace relocatable::x86_64
