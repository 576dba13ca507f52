// base/bare/syscall.h - system calls without libc.
//
//   long fd = bare::Syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
//   if (fd < 0) return -fd;   // an errno
//
// The result is the kernel's own: -4095..-1 is an errno, negated
// (syscall(2), "Architecture calling conventions").
#ifndef BASE_BARE_SYSCALL_H_
#define BASE_BARE_SYSCALL_H_

#include <type_traits>

#if defined(__x86_64__)
#include "base/bare/syscall_x86_64.h"
#else
#error "no system call sequence for this processor: add syscall_<cpu>.h"
#endif

namespace relocatable::bare {

template <typename T>
inline long Word(T value) {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<long>(value);
  } else if constexpr (std::is_null_pointer_v<T>) {
    return 0;
  } else {
    return static_cast<long>(value);
  }
}

template <typename... Args>
inline long Syscall(long number, Args... args) {
  static_assert(sizeof...(Args) <= 6, "the kernel takes six arguments");
  const long a[6] = {Word(args)...};
  return Syscall6(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

}  // namespace relocatable::bare

#endif  // BASE_BARE_SYSCALL_H_
