#include "engines/all.h"

#include <string>

#include "engines/roster.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

TEST(AllEngines, AgreesWithTheRoster) {
  ASSERT_EQ(AllEngines().size(), kRosterSize);
  for (uint32_t i = 0; i < kRosterSize; ++i) {
    EXPECT_EQ(std::string(AllEngines()[i]->traits().name), kRoster[i].name);
  }
}

TEST(AllEngines, DescribesEachInOneLineWithoutAFullStop) {
  for (const Engine* engine : AllEngines()) {
    const std::string summary(engine->traits().summary);
    EXPECT_FALSE(summary.empty());
    EXPECT_EQ(summary.find('\n'), std::string::npos);
    EXPECT_NE(summary.back(), '.');
  }
}

}  // namespace
}  // namespace relocatable
