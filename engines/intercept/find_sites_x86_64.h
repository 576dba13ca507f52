// engines/intercept/find_sites_x86_64.h - the first half of PatchCode
// (sites.h): which way each site can be patched.
#ifndef ENGINES_INTERCEPT_FIND_SITES_X86_64_H_
#define ENGINES_INTERCEPT_FIND_SITES_X86_64_H_

#include <vector>

#include "engines/intercept/sites.h"
#include "engines/intercept/sweep_x86_64.h"

namespace relocatable::x86_64 {

inline constexpr uint64_t kJumpSize = 5;     // e9 and 32 bits
inline constexpr uint64_t kSyscallSize = 2;  // 0f 05

// All sites by address, as if there were room for every trampoline.
std::vector<Site> FindSites(const Sweep& sweep);

}  // namespace relocatable::x86_64

#endif  // ENGINES_INTERCEPT_FIND_SITES_X86_64_H_
