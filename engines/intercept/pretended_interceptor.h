// engines/intercept/pretended_interceptor.h - for tests: what patched code
// jumps to, at the interceptor's fixed address. The entries tell which of them
// was reached: the fast one adds 1000 to the number, the generic one 2000.
//
// There before any test runs; defines the session, too.
#ifndef ENGINES_INTERCEPT_PRETENDED_INTERCEPTOR_H_
#define ENGINES_INTERCEPT_PRETENDED_INTERCEPTOR_H_

#include <string>

namespace relocatable {

// mov $2,%eax; syscall; ret
std::string CodeThatOpens();

struct Registers {
  long rax, rdx;
};

// Calls the code mapped at `at`, its arguments 0.
Registers CallCode(long at);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PRETENDED_INTERCEPTOR_H_
