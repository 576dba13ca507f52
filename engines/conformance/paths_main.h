// engines/conformance/paths_main.h - main() of tests whose arguments are paths:
// of the product, and of what else they run from other directories.
#ifndef ENGINES_CONFORMANCE_PATHS_MAIN_H_
#define ENGINES_CONFORMANCE_PATHS_MAIN_H_

#include <string>
#include <vector>

namespace relocatable {

struct PathArgument {
  const char* name;  // as the usage says it
  std::string* to;   // made absolute
};

// Takes GoogleTest's arguments, then these paths, and runs all tests. The
// status to exit with: 2 if a path is missing.
int RunTestsWithPaths(int argc, char** argv,
                      const std::vector<PathArgument>& paths);

}  // namespace relocatable

#endif  // ENGINES_CONFORMANCE_PATHS_MAIN_H_
