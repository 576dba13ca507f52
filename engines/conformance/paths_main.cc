#include "engines/conformance/paths_main.h"

#include <stdio.h>
#include <stdlib.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {

int RunTestsWithPaths(int argc, char** argv,
                      const std::vector<PathArgument>& paths) {
  ::testing::InitGoogleMock(&argc, argv);
  if (static_cast<size_t>(argc) <= paths.size()) {
    fprintf(stderr, "usage: %s", argv[0]);
    for (const PathArgument& path : paths) fprintf(stderr, " %s", path.name);
    fprintf(stderr, "\n");
    return 2;
  }
  for (size_t i = 0; i < paths.size(); ++i) {
    char* const real = realpath(argv[i + 1], nullptr);
    *paths[i].to = real == nullptr ? argv[i + 1] : real;
    free(real);
  }
  return RUN_ALL_TESTS();
}

}  // namespace relocatable
