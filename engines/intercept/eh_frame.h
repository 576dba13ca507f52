// engines/intercept/eh_frame.h - the functions that unwind tables tell of.
//
// Every compiler for x86-64 describes every function in .eh_frame, and strip(1)
// leaves that section alone: programs need it to throw. So it says where code
// starts and ends even in libraries without symbols.
//
// Layout: LSB Core, "Exception Frames"; DWARF 5 section 6.4.1 for what that
// leaves out; pointer encodings: LSB Core, "DWARF Exception Header Encoding".
#ifndef ENGINES_INTERCEPT_EH_FRAME_H_
#define ENGINES_INTERCEPT_EH_FRAME_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "elf/bytes.h"

namespace relocatable {

// The code at addresses [begin, end), which is one function or a part of one
// (gcc splits off what it thinks is seldom run), and starts with an
// instruction.
struct Frame {
  uint64_t begin = 0;
  uint64_t end = 0;
  bool landing_pads = false;  // an exception can continue somewhere in it
};

// The frames of `section`, which is mapped at `address`, in its order. Reads to
// the terminator or the end. Frames whose pointers are encoded in ways that no
// compiler for x86-64 uses are left out, and those of signal returns, which do
// not start with an instruction. kOutOfRange or kInvalidArgument, in
// words that follow the file's name, if the section does not hold together.
absl::StatusOr<std::vector<Frame>> ReadFrames(Bytes section, uint64_t address);

// Where .eh_frame is mapped, from the content of .eh_frame_hdr
// (PT_GNU_EH_FRAME), which is mapped at `address`.
absl::StatusOr<uint64_t> EhFrameAddress(Bytes header, uint64_t address);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_EH_FRAME_H_
