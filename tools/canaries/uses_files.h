#ifndef TOOLS_CANARIES_USES_FILES_H_
#define TOOLS_CANARIES_USES_FILES_H_

#include "base/files.h"

#endif  // TOOLS_CANARIES_USES_FILES_H_
