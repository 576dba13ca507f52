// engines/intercept/function_sites_x86_64.h - the sites of one function, found
// by decoding it from its start to its end, twice: for its jumps, then for its
// system calls.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_FUNCTION_SITES_X86_64_H_
#define ENGINES_INTERCEPT_FUNCTION_SITES_X86_64_H_

#include <stdint.h>

#include "engines/intercept/code_view_x86_64.h"
#include "engines/intercept/function_range.h"
#include "engines/intercept/mapped_elf.h"
#include "engines/intercept/patch_sites.h"

namespace relocatable::x86_64 {

class FunctionSites {
 public:
  // `range` lies in the code.
  FunctionSites(const MappedElf& file, const CodeView& code,
                const FunctionRange& range, PatchSites& sites)
      : file_(file), code_(code), range_(range), sites_(sites) {}

  // Adds the sites of the function. None if it is not what its file says: some
  // of its bytes are no instruction.
  void Find();

 private:
  static constexpr int kRemembered = 8;
  static constexpr uint64_t kMostBytes =
      64 * 1024;  // larger ones count as open
  struct Past {
    uint64_t address;
    Insn insn;
  };

  bool FindTargets();
  void AddTarget(uint64_t address);
  // Adds the cases of a table, if one is at `address`.
  void AddCases(uint64_t address);
  bool IsTarget(uint64_t address) const;
  // The instruction `steps` before the one at hand, or nullptr.
  const Past* Before(int steps) const;
  bool IsMovable(uint64_t address, const Insn& insn) const;
  void Take(uint64_t address, long number);
  bool ByNumber(PatchSite& site, uint64_t address) const;
  bool ByBefore(PatchSite& site, uint64_t address) const;
  bool ByBehind(PatchSite& site, uint64_t address) const;

  const MappedElf& file_;
  const CodeView& code_;
  const FunctionRange range_;
  PatchSites& sites_;
  bool closed_ = false;  // every jump in it is seen
  bool has_table_ = false;
  uint64_t taken_ = 0;  // below are bytes of the site before
  Past past_[kRemembered];
  int past_count_ = 0;
  // What its jumps, calls and addresses lead to in it; a bit for each byte.
  uint8_t targets_[kMostBytes / 8];
};

}  // namespace relocatable::x86_64

#endif  // ENGINES_INTERCEPT_FUNCTION_SITES_X86_64_H_
