// engines/intercept/entry.h - entry_x86_64.S for C++; see there.
#ifndef ENGINES_INTERCEPT_ENTRY_H_
#define ENGINES_INTERCEPT_ENTRY_H_

#include "engines/intercept/call.h"

// Hidden: their addresses are taken without a global offset table, which the
// freestanding half does not have.
#pragma GCC visibility push(hidden)
extern "C" {
void reloc_fast_entry();
void reloc_generic_entry();
void reloc_report();
long reloc_on_stack(relocatable::Call* call, relocatable::SignalFrame* frame,
                    void* top);
extern const char reloc_landing[];
long reloc_perform(const relocatable::Call* call, bool* performed);
extern const char reloc_perform_syscall[];
void reloc_restorer();
void reloc_library_signal(int signal, void* info, void* context);
void reloc_call_on_stack(void (*function)(void*), void* argument, void* top);
extern const char reloc_abi[];
[[noreturn]] void reloc_enter_program(void* stack, const void* entry);
}
#pragma GCC visibility pop

#endif  // ENGINES_INTERCEPT_ENTRY_H_
