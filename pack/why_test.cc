#include "pack/why.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;

TEST(WhoNeeds, TheShortestChain) {
  // a -> b -> c -> d, a -> c; b and c need each other; e stands alone.
  const std::vector<PlanItem> items = {{.path = "a", .references = {0, 1, 2}},
                                       {.path = "b", .references = {2}},
                                       {.path = "c", .references = {1, 3}},
                                       {.path = "d"},
                                       {.path = "e"}};
  EXPECT_THAT(WhoNeeds(items, {"a"}), ElementsAre(kNobody, 0, 0, 2, kNobody));
  EXPECT_THAT(WhoNeeds(items, {"b", "a"}),
              ElementsAre(kNobody, kNobody, 0, 2, kNobody));
  EXPECT_THAT(WhoNeeds({}, {"a"}), ElementsAre());
}

}  // namespace
}  // namespace relocatable
