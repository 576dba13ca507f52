// elf/loader_start.h - whether a program can be started by its own ld.so with
// an audit module in front (rtld-audit(7)), and be none the worse for it.
#ifndef ELF_LOADER_START_H_
#define ELF_LOADER_START_H_

#include <string>

#include "elf/closure.h"

namespace relocatable {

// "" if it can; else why not, in words that go behind "since ".
//
// What matters, besides an ld.so that has auditing: once ld.so has loaded
// a module, the static TLS of libraries comes out of a reserve of 1,664 bytes
// (glibc 2.36), where it would have been counted beforehand: "cannot allocate
// memory in static TLS block". And $ORIGIN is the folder of the path that ld.so
// is given, which is the host's.
std::string WhyNotByLoader(const Closure& closure);

}  // namespace relocatable

#endif  // ELF_LOADER_START_H_
