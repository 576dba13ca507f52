// engines/inprocess/real_path.h - a path as the kernel itself says it.
//
// Freestanding.
#ifndef ENGINES_INPROCESS_REAL_PATH_H_
#define ENGINES_INPROCESS_REAL_PATH_H_

#include "base/bare/str.h"

namespace relocatable {

// Appends to `real` the path without links of `host`, as the kernel will show
// it in getcwd. 0 or an errno.
int RealPath(const char* host, bare::Buffer& real);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_REAL_PATH_H_
