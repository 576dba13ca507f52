// engines/proot/tracer.h - what the tracer does at each stop of its tracees.
//
// It does not read their memory nor translate a path. At a call that concerns
// the view it skips the call and sends the tracee to the interceptor, which
// lies in its address space as under the in-process engine: the state at a
// system call (number in rax, return address in rcx) is the one that
// reloc_fast_entry wants. The interceptor makes the call itself and jumps back.
// So a call costs one stop, and the tracer keeps no state at all.
//
//   calls       as above; those that the interceptor makes go on untouched
//   faults      in the interceptor: a bad pointer of the program, EFAULT
//   signals     delivered
//   group stops PTRACE_LISTEN: the tracee stays stopped, its parent is told
//   children    attached by the kernel (PTRACE_O_TRACEFORK and so on)
//
// Freestanding.
#ifndef ENGINES_PROOT_TRACER_H_
#define ENGINES_PROOT_TRACER_H_

namespace relocatable {

// Which calls stop a tracee.
enum class Stops : int {
  kByFilter,  // those for which a seccomp filter says SECCOMP_RET_TRACE
  kAll,       // every one, twice: where there can be no filter
};

// Attaches to `pid`. Everything attached dies with the tracer. 0 or an errno.
int Seize(long pid, Stops stops);

// Serves until the last tracee has ended.
void Serve(Stops stops);

}  // namespace relocatable

#endif  // ENGINES_PROOT_TRACER_H_
