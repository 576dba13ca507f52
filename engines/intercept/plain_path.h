// engines/intercept/plain_path.h - paths that mean what their text says, links
// aside. Freestanding.
#ifndef ENGINES_INTERCEPT_PLAIN_PATH_H_
#define ENGINES_INTERCEPT_PLAIN_PATH_H_

#include <stddef.h>

#include "base/bare/str.h"

namespace relocatable {

// Whether the path has no ".", ".." or empty component. A slash at the end is
// allowed: it is the kernel's to judge.
inline bool IsPlainPath(const char* path) {
  for (const char* p = path; *p != '\0';) {
    if (p[0] == '/') {
      if (p[1] == '/') return false;
      ++p;
    }
    if (p[0] == '.' && (p[1] == '\0' || p[1] == '/' ||
                        (p[1] == '.' && (p[2] == '\0' || p[2] == '/')))) {
      return false;
    }
    while (*p != '\0' && *p != '/') ++p;
  }
  return true;
}

// Whether a component is longer than any file's name may be: ENAMETOOLONG,
// where nothing else is wrong before.
inline bool HasLongName(bare::Str path) {
  constexpr size_t kMaxName = 255;  // NAME_MAX
  size_t length = 0;
  for (size_t i = 0; i < path.size; ++i) {
    length = path[i] == '/' ? 0 : length + 1;
    if (length > kMaxName) return true;
  }
  return false;
}

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PLAIN_PATH_H_
