// engines/intercept/sweep_x86_64.h - all code of a file, decoded forward from
// the places where instructions are known to start.
//
// Known are: what the unwind tables and symbols say (code_file.h), and whatever
// such code calls or jumps to. Where that says nothing (padding, data between
// functions, code nobody refers to directly), the sweep only collects what
// might be jumps: a target too many makes a site unpatchable, a target too few
// would break a program.
//
// What cannot be seen is where an indirect jump goes. By what compilers do, a
// jump table or a computed goto stays within its function and goes to the start
// of an instruction; and a function entered by calls only is entered at its
// start. Region::closed says where these make the set of targets complete.
#ifndef ENGINES_INTERCEPT_SWEEP_X86_64_H_
#define ENGINES_INTERCEPT_SWEEP_X86_64_H_

#include <cstdint>
#include <map>
#include <vector>

#include "engines/intercept/code_file.h"

namespace relocatable::x86_64 {

// Code at addresses [begin, end) that was decoded from its begin to its end.
struct Region {
  uint64_t end = 0;
  // Every instruction ends where the next starts, up to `end`, and every known
  // start within is one. If not, nothing in the region can be relied on.
  bool sound = true;
  // Every jump into it is a direct one that the sweep has seen, or goes to its
  // begin: no indirect jumps, no landing pads, and not a part split off from a
  // function that has them elsewhere.
  bool closed = true;
  bool falls_through = false;  // its last instruction goes on behind it
};

// False if `code` certainly has no `syscall`: only the functions that have its
// two bytes somewhere are decoded.
bool CouldHaveSyscalls(const CodeFile& code);

class Sweep {
 public:
  // `code` must outlive the sweep.
  explicit Sweep(const CodeFile& code);

  const CodeFile& code() const { return code_; }
  const std::map<uint64_t, Region>& regions() const { return regions_; }

  // The region that `address` lies in, or regions().end().
  std::map<uint64_t, Region>::const_iterator RegionOf(uint64_t address) const;

  // The `syscall` instructions in all regions, sound or not, and what looks
  // like one elsewhere.
  const std::vector<uint64_t>& syscalls() const { return syscalls_; }

  // Whether an instruction of a region starts at `address`.
  bool IsStart(uint64_t address) const { return Marked(address, kStart); }
  // Whether something jumps, calls or points to `address`, or might.
  bool IsTarget(uint64_t address) const { return Marked(address, kTarget); }

  // The bytes from `address` to the end of its segment; the address must be in
  // one.
  const uint8_t* BytesAt(uint64_t address, uint64_t* size) const;

 private:
  enum Mark : uint8_t {
    kStart = 1,     // of an instruction
    kTarget = 2,    // of a jump, call or reference
    kFunction = 4,  // called, pointed to, or a symbol
  };

  bool Marked(uint64_t address, Mark mark) const;
  void SetMark(uint64_t address, uint8_t marks);
  int SegmentOf(uint64_t address) const;

  void MakeKnownRegions();
  void DecodeKnown(uint64_t begin);
  void DiscoverAll();
  void Discover(uint64_t begin);
  void SweepGaps();
  void SweepGap(uint64_t begin, uint64_t end);
  void Close();
  struct Decoded;
  Decoded DecodeAt(uint64_t at, uint64_t limit);
  void NoteTargets(uint64_t at, const Decoded& decoded);

  const CodeFile& code_;
  std::vector<std::vector<uint8_t>> marks_;  // per segment, one per byte
  std::map<uint64_t, Region> regions_;
  std::vector<uint64_t> syscalls_;
  // Places that code refers to, and the region of that code.
  struct Lead {
    uint64_t to, from;
  };
  std::vector<Lead> leads_;
};

}  // namespace relocatable::x86_64

#endif  // ENGINES_INTERCEPT_SWEEP_X86_64_H_
