// engines/intercept/abi.h - what patched code and the interceptor agree on.
//
// A patched file (a twin) outlives the program that made it, and a packed
// program may start another pack's, made by another version: everything here is
// frozen. Add behind the end and raise kInterceptVersion; change nothing.
//
//   kInterceptBase           one read-only page that begins with InterceptAbi
//   kInterceptBase + 0x1000  the trusted page: the one place from which the
//                            floor lets a system call of the table through
//
// Why 0x60000000: it lies below 2 GiB, so that a twin reaches it from anywhere
// with a sign-extended 32-bit address and needs neither a relocation nor a
// register; and away from where programs are: ET_EXEC programs begin at
// 0x200000 or 0x400000, sanitizers keep their shadow from 0x7fff8000 (ASan) and
// 0x7e8000000000 upwards, and mmap(MAP_32BIT) starts at 0x40000000 and is the
// only one to come near.
//
// The contract of both entries: they are JUMPED to, and do what the instruction
// `syscall` does, to the register:
//
//   in    rax       the number
//         rdi rsi rdx r10 r8 r9   the arguments
//         rcx       where to go on: where `syscall` itself leaves it
//   out   rax       the result, or an errno negated
//         rcx r11   anything
//         all else, the red zone below rsp and the vector registers as before
//   then a jump to the rcx that came in
//
// The flags are not kept, nor need be: compilers take them for lost at every
// asm statement, and hand-written code compares rax next.
//
// A tracer (engines/proot) knows three more addresses, each in a slot of 16
// bytes at a fixed place of the page, whichever version the process has:
//
//   kTracedEntry   where it sends a call that it has skipped: registers as
//   above kTracedFault   where it ends a call that met a bad pointer: rsp = the
//   top of
//                  the stack of the pool - 16, rax = -EFAULT
//   kTracedReport  an int3 that tells it that the interceptor is done
//
// The module that a program's ld.so loads (audit/) calls one more,
// kAttachEntry: int(const AttachRequest*), attach.h.
//
// So no return address ever lies on the program's stack, and while a call
// blocks in the interceptor the program's own frame, described by its own
// unwind tables, is the one at (rcx, rsp): cancellation, debuggers and
// profilers can go on from there. A `call` would leave a return address in a
// trampoline, which no unwind table knows.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_ABI_H_
#define ENGINES_INTERCEPT_ABI_H_

#include <stddef.h>
#include <stdint.h>

namespace relocatable {

inline constexpr uint64_t kInterceptBase = 0x60000000;
inline constexpr uint64_t kTrustedPage = kInterceptBase + 0x1000;
inline constexpr uint64_t kInterceptMagic = 0x4943505443455249;  // "IRECTPCI"
inline constexpr uint32_t kInterceptVersion = 1;

struct InterceptAbi {
  uint64_t magic;
  uint32_t version;  // of this struct; later ones only add behind its end
  uint32_t size;     // of this struct in bytes, as the interceptor has it

  // For a call whose number is certainly in the table of system calls.
  uint64_t fast_entry;

  // For any other: if the number (all of rax) is not in the table, it goes to
  // rcx - 2 instead, where every site has a `syscall`. The registers are then
  // as they came in but for rcx and r11, so calls that return twice, or on
  // another stack (clone, vfork, rt_sigreturn), are the program's own business.
  uint64_t generic_entry;
};
static_assert(sizeof(InterceptAbi) == 32);

inline constexpr uint64_t kFastEntrySlot =
    kInterceptBase + offsetof(InterceptAbi, fast_entry);
inline constexpr uint64_t kGenericEntrySlot =
    kInterceptBase + offsetof(InterceptAbi, generic_entry);
static_assert(kFastEntrySlot == 0x60000010 && kGenericEntrySlot == 0x60000018);

inline constexpr uint64_t kTracedEntry = kInterceptBase + 0x40;
inline constexpr uint64_t kTracedFault = kInterceptBase + 0x50;
inline constexpr uint64_t kTracedReport = kInterceptBase + 0x60;
inline constexpr uint64_t kAttachEntry = kInterceptBase + 0x70;

// Whether the page at kInterceptBase, which must be mapped, is ours and can
// serve code made for this header.
inline bool ServesThisAbi(const InterceptAbi& abi) {
  return abi.magic == kInterceptMagic && abi.version >= kInterceptVersion &&
         abi.size >= sizeof(InterceptAbi);
}

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_ABI_H_
