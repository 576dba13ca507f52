// engines/userns/submounts.h - whether something is mounted inside a directory.
#ifndef ENGINES_USERNS_SUBMOUNTS_H_
#define ENGINES_USERNS_SUBMOUNTS_H_

namespace relocatable::userns {

// True also if it cannot be found out (no /proc).
bool MayHaveSubmounts(const char* directory);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_SUBMOUNTS_H_
