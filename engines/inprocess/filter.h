// engines/inprocess/filter.h - the floor: a seccomp filter under which every
// system call of the table traps (SIGSYS), unless the interceptor itself makes
// it.
//
// The filter cannot follow pointers; it decides by number, by the arguments
// that Pass names, and by where the call comes from. Calls that are not in the
// table return before anything but their number is loaded: the kernel keeps a
// list of numbers that are always allowed (seccomp_cache_prepare, Linux 5.11)
// and does not even run the filter for them.
//
// It stays for the life of the process and is inherited by everything it
// starts.
//
// Freestanding.
#ifndef ENGINES_INPROCESS_FILTER_H_
#define ENGINES_INPROCESS_FILTER_H_

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

namespace relocatable {

inline constexpr size_t kMaxFilter =
    600;  // instructions; the kernel takes 4096

struct Filter {
  sock_filter code[kMaxFilter];
  size_t size = 0;
};

// Builds the filter from the table of system calls. `action` is what becomes of
// a call in it: SECCOMP_RET_TRAP with data, or SECCOMP_RET_TRACE, which leaves
// out the calls that do not concern the view.
void BuildFilter(uint32_t action, Filter& filter);

// Whether this machine lets a process have a filter with this action: 0 or an
// errno. Changes nothing.
int CanInstallFilter(uint32_t action);

// Sets NO_NEW_PRIVS, which the kernel asks for, and the filter. 0 or an errno.
int InstallFilter(const Filter& filter);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_FILTER_H_
