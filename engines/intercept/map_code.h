// engines/intercept/map_code.h - mmap of a file's code, made to call the
// interceptor: the one place where code comes into a program.
//
// If the pack has a twin of the file, the twin's code is mapped (map_twin.h).
// Else, where the session says so, the twin of the user's cache, which is made
// when the code is first mapped (map_cached.h).
// Whoever reads the file sees the original. Where anything is unusual - a
// shared mapping, code that may be written - the mapping is as asked for.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_MAP_CODE_H_
#define ENGINES_INTERCEPT_MAP_CODE_H_

#include <stddef.h>
#include <stdint.h>

namespace relocatable {

// mmap(2); the same results.
long MapCode(uint64_t address, uint64_t size, long protection, long flags,
             long fd, uint64_t offset);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_MAP_CODE_H_
