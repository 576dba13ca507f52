// The interceptor in a process that ld.so was executed in: see attach.h.
#include "engines/intercept/attach.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/prctl.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/inprocess/enter_session.h"
#include "engines/inprocess/initial_stack.h"
#include "engines/inprocess/load_elf.h"
#include "engines/intercept/handover.h"
#include "engines/intercept/session.h"

extern "C" __attribute__((visibility("hidden")))
relocatable::AttachFunction RelocatableAttach;

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

constexpr uint64_t kPage = 4096;

bool IsMapped(const ElfImage& image) {
  const Str file(reinterpret_cast<const char*>(&image.header),
                 sizeof(image.header));
  const auto* memory = reinterpret_cast<const char*>(image.bias + image.low);
  return file == Str(memory, file.size);
}

// The image of ld.so, around an address of its code.
int FindLinker(Str host, const void* inside, ElfImage& linker) {
  if (const int error = OpenElf(host.data, linker)) return error;
  uint64_t at = reinterpret_cast<uint64_t>(inside) & ~(kPage - 1);
  const uint64_t size = linker.high - linker.low;
  for (uint64_t pages = 0; pages < size / kPage; ++pages, at -= kPage) {
    linker.bias = at - linker.low;
    if (IsMapped(linker)) return 0;
  }
  return ENOEXEC;
}

// The image of the program, of which ld.so has told AT_ENTRY and AT_PHDR.
int FindProgramImage(Str host, const InitialStack& stack, ElfImage& program) {
  if (const int error = OpenElf(host.data, program)) return error;
  program.bias = AuxValue(stack, AT_ENTRY) - program.header.e_entry;
  const bool fits = program.bias % kPage == 0 &&
                    AuxValue(stack, AT_PHDR) == program.headers() &&
                    AuxValue(stack, AT_PHNUM) == program.header.e_phnum;
  return fits && IsMapped(program) ? 0 : ENOEXEC;
}

// Whether the heap can grow. Where addresses are not random, Linux before 6.10
// puts it behind an ld.so that is executed, among the libraries
// (fs/binfmt_elf.c, load_elf_binary).
bool HasHeap(const ElfImage& linker) {
  return static_cast<uint64_t>(Syscall(__NR_brk, 0)) < linker.bias + linker.low;
}

// Moves the program's argv[0] to where the other arguments begin, as the kernel
// would have it: /proc/PID/cmdline is one piece of memory. What was there is
// gone but for its first character: ld.so compares it with names of files.
void MoveName(const AttachRequest& request) {
  const size_t size = bare::Length(request.name) + 1;
  char* const name = request.rest - size;
  __builtin_memmove(name, request.name, size);
  for (char* at = request.handover + 1; at < name; ++at) *at = '\0';
  request.argv[0] = name;
}

void TakeIdentity(const AttachRequest& request, const Handover& h,
                  const ElfImage& linker, const ElfImage& program) {
  const char* const execfn = Keep(h.execfn);
  MoveName(request);
  InitialStack stack = ReadInitialStack(request.argc, request.argv);
  SetAux(stack, AT_BASE, linker.bias);
  SetAux(stack, AT_EXECFN, reinterpret_cast<uint64_t>(execfn));
  Syscall(__NR_prctl, PR_SET_NAME, Keep(h.comm));
  ShowAsStarted(stack, program);
}

}  // namespace
}  // namespace relocatable

int RelocatableAttach(const relocatable::AttachRequest* request) {
  using namespace relocatable;
  static Handover handover;
  static char text[kHandoverCapacity];
  static ElfImage linker, program;
  bare::Buffer copy(text, sizeof(text));
  copy.Append(request->handover);
  if (copy.overflow() || !ReadHandover(text, handover)) return EINVAL;
  const InitialStack stack = ReadInitialStack(request->argc, request->argv);
  int error = FindLinker(handover.interpreter_host, request->linker, linker);
  if (error == 0) {
    error = FindProgramImage(handover.program_host, stack, program);
  }
  if (error == 0 && !HasHeap(linker)) error = ENOMEM;
  if (error == 0) error = EnterSession(handover, stack).error;
  if (error != 0) return error;
  session.linker_start = linker.bias + linker.low;
  session.linker_end = linker.bias + linker.high;
  if ((error = MapCodeAgain(linker)) || (error = MapCodeAgain(program))) {
    Die(handover, "map the program's code", error);
  }
  TakeIdentity(*request, handover, linker, program);
  return 0;
}
