#include "pack/program.h"

namespace relocatable {

absl::StatusOr<bool> IsProgram(const std::string&, const struct stat& st) {
  return S_ISREG(st.st_mode) && (st.st_mode & S_IXUSR) != 0;
}

}  // namespace relocatable
