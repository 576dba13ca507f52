// engines/intercept/memory_range.h - where the interceptor's own code lies: the
// part of this binary that is linked at kInterceptBase
// (cli/launch/intercept.ld).
#ifndef ENGINES_INTERCEPT_MEMORY_RANGE_H_
#define ENGINES_INTERCEPT_MEMORY_RANGE_H_

#include <stdint.h>

#include "engines/intercept/abi.h"

namespace relocatable {

// All of it, code and constants; the floor lets every call from here through.
inline constexpr uint64_t kInterceptCodeSize = 0x40000;

// What the interceptor keeps ends here: its variables and the stack pool, too.
inline constexpr uint64_t kInterceptEnd = kInterceptBase + 0x2000000;

inline bool OverlapsInterceptor(uint64_t address, uint64_t size) {
  return address < kInterceptEnd && address + size > kInterceptBase;
}

inline bool InInterceptorCode(uint64_t address) {
  return address - kInterceptBase < kInterceptCodeSize;
}

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_MEMORY_RANGE_H_
