#include "base/must_run.h"

#include <cstdlib>

namespace relocatable {

bool MustRun(const std::string& what) {
  const char* listed = getenv("RELOCATABLE_MUST_RUN");
  if (listed == nullptr) return false;
  return ("," + std::string(listed) + ",").find("," + what + ",") !=
         std::string::npos;
}

}  // namespace relocatable
