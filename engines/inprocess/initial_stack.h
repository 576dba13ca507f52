// engines/inprocess/initial_stack.h - what the kernel puts on a program's
// stack: argc, argv, envp, the auxiliary vector (System V ABI, AMD64
// supplement, 3.4.1; getauxval(3)).
//
// Freestanding.
#ifndef ENGINES_INPROCESS_INITIAL_STACK_H_
#define ENGINES_INPROCESS_INITIAL_STACK_H_

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

namespace relocatable {

struct InitialStack {
  long* start;  // at argc
  size_t argc;
  char** argv;
  char** envp;
  size_t env_count;
  Elf64_auxv_t* auxv;
  size_t aux_count;  // with AT_NULL
};

InitialStack ReadInitialStack(long* start);

// The same where only the place of `argv` is known, `argc` words and what
// follows them; the word before it may hold anything.
InitialStack ReadInitialStack(size_t argc, char** argv);

// The value of an entry, or 0.
uint64_t AuxValue(const InitialStack& stack, uint64_t type);

// Makes a new block below the old one, with these arguments, and the old
// environment and auxiliary vector; returns it. Uses the program's stack.
InitialStack RebuildStack(const InitialStack& old, const char* const* argv,
                          size_t argc);

// Changes an entry that is there; an entry that is not stays away.
void SetAux(InitialStack& stack, uint64_t type, uint64_t value);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_INITIAL_STACK_H_
