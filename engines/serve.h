// engines/serve.h - which programs an engine can serve, by its traits alone:
// whether it works on this machine is Probe's answer.
#ifndef ENGINES_SERVE_H_
#define ENGINES_SERVE_H_

#include <cstdint>
#include <string>

#include "engines/engine.h"

namespace relocatable {

// What of a program matters to engines.
struct ProgramTraits {
  bool is_static = false;   // no ld.so starts it
  bool is_32_bit = false;   // it calls the kernel by the i386 interface
  AddressRange fixed = {};  // the addresses it is linked to; empty if any do
};

// "" if an engine with `engine`'s traits can serve the program; else why not,
// in words that go behind "cannot: ".
std::string WhyNotServed(const EngineTraits& engine,
                         const ProgramTraits& program);

}  // namespace relocatable

#endif  // ENGINES_SERVE_H_
