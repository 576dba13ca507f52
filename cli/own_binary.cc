#include "cli/own_binary.h"

#include <sys/auxv.h>
#include <unistd.h>

namespace relocatable {

std::string OwnBinary() {
  constexpr char kProc[] = "/proc/self/exe";
  if (access(kProc, R_OK) == 0) return kProc;
  const char* const name = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  return name != nullptr ? name : kProc;
}

}  // namespace relocatable
