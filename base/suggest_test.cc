#include "base/suggest.h"

#include "gtest/gtest.h"

namespace relocatable {
namespace {

const std::vector<std::string> kWords = {"pack",    "run",      "inspect",
                                         "engines", "--engine", "--bind"};

TEST(Nearest, FindsATypingError) {
  EXPECT_EQ(Nearest("inpsect", kWords), "inspect");
  EXPECT_EQ(Nearest("engine", kWords), "engines");
  EXPECT_EQ(Nearest("rnu", kWords), "run");
  EXPECT_EQ(Nearest("--bnid", kWords), "--bind");
}

TEST(Nearest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(Nearest("frobnicate", kWords), "");
  EXPECT_EQ(Nearest("", kWords), "");
}

TEST(DidYouMean, IsTheTailOfAMessage) {
  EXPECT_EQ(DidYouMean("pakc", kWords), "; did you mean 'pack'?");
  EXPECT_EQ(DidYouMean("zzz", kWords), "");
}

}  // namespace
}  // namespace relocatable
