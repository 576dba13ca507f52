// cli/own_binary.h - the file this program was started from, to be put into a
// pack.
#ifndef CLI_OWN_BINARY_H_
#define CLI_OWN_BINARY_H_

#include <string>

namespace relocatable {

// A path that opens this program's file: /proc/self/exe, which holds even if
// the file was replaced or removed meanwhile; without /proc, the path by which
// the kernel was told to execute it (AT_EXECFN, getauxval(3)).
std::string OwnBinary();

}  // namespace relocatable

#endif  // CLI_OWN_BINARY_H_
