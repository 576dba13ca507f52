// What runs first in every dynamic program of a layered view: the entry point
// of the changed dynamic linkers (linker.h). Does the program belong to this
// view, the dynamic linker goes on as ever, 3 microseconds later; else the
// program is executed again in the other one, by our own binary.
//
// Linked by itself into a few hundred bytes that run wherever they are mapped:
// no data but constants, nothing to relocate.
#include "engines/userns/linker/switch.h"

#include <asm/unistd.h>
#include <elf.h>
#include <fcntl.h>
#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX
#include <sys/stat.h>

#include "base/bare/syscall.h"
#include "engines/userns/layered_paths.h"

namespace relocatable::userns {
namespace {

using bare::Syscall;

struct Path {
  char text[2 * PATH_MAX];
  unsigned long size = 0;

  void Append(const char* s) {
    for (; *s != '\0' && size + 1 < sizeof(text); ++s) text[size++] = *s;
    text[size] = '\0';
  }
};

bool IsThere(const char* directory, const char* name) {
  Path path;
  path.Append(directory);
  path.Append(name);
  struct stat st;
  return Syscall(__NR_newfstatat, AT_FDCWD, path.text, &st,
                 AT_SYMLINK_NOFOLLOW) == 0;
}

bool StartsWith(const char* s, const char* prefix) {
  while (*prefix != '\0') {
    if (*s++ != *prefix++) return false;
  }
  return true;
}

struct Start {
  long argc;
  char** argv;
  char** envp;
  Elf64_auxv_t* auxv;

  Elf64_auxv_t* Find(unsigned long type) const {
    for (Elf64_auxv_t* entry = auxv; entry->a_type != AT_NULL; ++entry) {
      if (entry->a_type == type) return entry;
    }
    return nullptr;
  }
};

Start ReadStack(long* stack) {
  Start start;
  start.argc = stack[0];
  start.argv = reinterpret_cast<char**>(stack + 1);
  start.envp = start.argv + start.argc + 1;
  char** end = start.envp;
  while (*end != nullptr) ++end;
  start.auxv = reinterpret_cast<Elf64_auxv_t*>(end + 1);
  return start;
}

// Whether the program is the pack's, that the process executes.
bool IsPacked(const char* program, const SwitchHeader& header) {
  if (header.use != LinkerUse::kByFile) {
    return header.use == LinkerUse::kPackOnly;
  }
  return IsThere(kOwnPack, program) &&
         (header.packed != 0 || !IsThere(kOwnHost, program));
}

// Returns if it cannot be done.
void Cross(const Start& start, const char* program, const char* name) {
  const char** const argv = static_cast<const char**>(
      __builtin_alloca((start.argc + 4) * sizeof(char*)));
  argv[0] = kCrossing;
  argv[1] = program;
  argv[2] = name;
  for (long i = 0; i <= start.argc; ++i) argv[i + 3] = start.argv[i];
  Syscall(__NR_execve, kOwnBinary, argv, start.envp);
}

}  // namespace

extern "C" __attribute__((visibility("hidden"))) uint64_t reloc_linker_switch(
    long* stack, const SwitchHeader* header) {
  const uint64_t entry = reinterpret_cast<uint64_t>(header) + header->entry;
  const Start start = ReadStack(stack);
  const Elf64_auxv_t* const base = start.Find(AT_BASE);
  if (base == nullptr || base->a_un.a_val == 0) {
    // Called as a program itself, it must find its own entry point there.
    if (Elf64_auxv_t* own = start.Find(AT_ENTRY)) own->a_un.a_val = entry;
    return entry;
  }
  const Elf64_auxv_t* const name = start.Find(AT_EXECFN);
  if (name == nullptr) return entry;
  const char* const execfn = reinterpret_cast<const char*>(name->a_un.a_val);
  char program[PATH_MAX];
  const long size = Syscall(__NR_readlinkat, AT_FDCWD, "/proc/self/exe",
                            program, sizeof(program) - 1);
  if (size <= 0 || StartsWith(execfn, kStay)) return entry;
  program[size] = '\0';
  const bool here = header->packed != 0;
  // What has no name (a memfd, a deleted file) can only stay.
  if (IsPacked(program, *header) != here && IsThere("", program)) {
    Cross(start, program, execfn);
  }
  return entry;
}

}  // namespace relocatable::userns

// The header comes first, the entry point directly behind it.
__asm__(
    ".section .text.first, \"ax\"\n"
    ".globl _start\n"
    "reloc_switch_header: .quad 0, 0, 0\n"
    "_start:\n"
    "xor %ebp, %ebp\n"
    "mov %rsp, %rdi\n"
    "mov %rsp, %rbx\n"
    "lea reloc_switch_header(%rip), %rsi\n"
    "and $-16, %rsp\n"
    "call reloc_linker_switch\n"
    "mov %rbx, %rsp\n"
    "xor %edx, %edx\n"  // nothing to call at exit (System V ABI, 3.4.1)
    "jmp *%rax\n"
    ".text\n");
