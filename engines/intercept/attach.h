// engines/intercept/attach.h - what the module that a program's ld.so loads
// (audit/) tells the interceptor, which it has mapped: the program is mapped
// and not yet linked, and ld.so goes on with it when this returns.
//
// Freestanding. The module and the interceptor are of one pack.
#ifndef ENGINES_INTERCEPT_ATTACH_H_
#define ENGINES_INTERCEPT_ATTACH_H_

#include <stddef.h>

namespace relocatable {

struct AttachRequest {
  // The program's, on its stack, where ld.so has put them: the environment and
  // the auxiliary vector follow argv.
  size_t argc;
  char** argv;
  // Of the arguments that ld.so was started with, in the same memory as the
  // program's: the handover (handover.h), the program's argv[0], and where
  // argv[1] begins.
  char* handover;
  char* name;
  char* rest;
  const void* linker;  // an address in ld.so's code
};

// Makes the program one of the handover's session. 0, or an errno, and nothing
// is changed that an exec would not undo.
using AttachFunction = int(const AttachRequest* request);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_ATTACH_H_
