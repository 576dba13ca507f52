#include "base/must_run.h"

#include <cstdlib>

#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

TEST(MustRun, ComparesWholeNames) {
  setenv("RELOCATABLE_MUST_RUN", "userns,root", 1);
  EXPECT_TRUE(MustRun("userns"));
  EXPECT_TRUE(MustRun("root"));
  EXPECT_FALSE(MustRun("user"));
  EXPECT_FALSE(MustRun("ns"));
  unsetenv("RELOCATABLE_MUST_RUN");
  EXPECT_FALSE(MustRun("userns"));
}

TEST(Skip, FailsWhatMustRun) {
  setenv("RELOCATABLE_MUST_RUN", "userns", 1);
  EXPECT_FATAL_FAILURE(RELOC_SKIP("userns", "it is off"),
                       "RELOCATABLE_MUST_RUN lists 'userns', which cannot run "
                       "here: it is off");
  unsetenv("RELOCATABLE_MUST_RUN");
}

}  // namespace
}  // namespace relocatable
