// engines/intercept/count_entries.h - an interceptor that only counts, for
// tests of twins: its entries (abi.h) make the system call as it is.
//
// Freestanding: it runs inside a program's system calls.
#ifndef ENGINES_INTERCEPT_COUNT_ENTRIES_H_
#define ENGINES_INTERCEPT_COUNT_ENTRIES_H_

#include <stdint.h>

namespace relocatable {

// Mapped from a file, shared with children, at a fixed address.
inline constexpr uint64_t kTwinCountsAddress = 0x60010000;

struct TwinCounts {
  uint64_t fast;               // calls through the fast entry
  uint64_t generic;            // through the generic one, number in the table
  uint64_t other;              // through the generic one, but not in the table
  uint64_t returns[4096 - 3];  // where calls came from (rcx): a hash set
};
static_assert(sizeof(TwinCounts) == 8 * 4096);

extern "C" void CountFast();
extern "C" void CountGeneric();

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_COUNT_ENTRIES_H_
