#include "engines/roster.h"

#include <string>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

std::string Names(const char* words, bool has_layer = false) {
  Chain chain;
  bare::Str unknown;
  if (!ParseChain(words, has_layer, chain, unknown)) {
    return "unknown: " + std::string(unknown.data, unknown.size);
  }
  std::string names;
  for (uint32_t i = 0; i < chain.size; ++i) {
    names += (i > 0 ? "," : "") + std::string(kRoster[chain.engines[i]].name);
  }
  return names;
}

TEST(ParseChain, KnowsChainsAndEngines) {
  EXPECT_EQ(Names("userns"), "userns");
  EXPECT_EQ(Names(""), Names("default"));
  EXPECT_EQ(Names("default"), "userns,inprocess,fakechroot,proot");
  EXPECT_EQ(Names("performance"), "inprocess,userns,fakechroot,proot");
  EXPECT_EQ(Names("", true), Names("performance"));
  EXPECT_EQ(Names("default", true), Names("performance"));
  EXPECT_EQ(Names("userns,default", true), Names("default"));
}

TEST(ParseChain, TakesACommaListAndCountsAnEngineOnce) {
  EXPECT_EQ(Names("userns,userns"), "userns");
  EXPECT_EQ(Names("userns,default"), Names("default"));
}

TEST(ParseChain, NamesTheWordThatIsNoEngine) {
  EXPECT_EQ(Names("userns,usrns"), "unknown: usrns");
  EXPECT_EQ(Names("user"), "unknown: user");
  EXPECT_EQ(Names("userns,"), "unknown: ");
}

TEST(EngineWordsFrom, PrefersOurOwnVariableAndIgnoresEmptyOnes) {
  char ours[] = "RELOCATABLE_ENGINE=userns", none[] = "RELOCATABLE_ENGINE=";
  char guix[] = "GUIX_EXECUTION_ENGINE=performance";
  char* both[] = {guix, ours, nullptr};
  char* alias[] = {none, guix, nullptr};
  char* neither[] = {none, nullptr};
  EXPECT_TRUE(EngineWordsFrom(both) == "userns");
  EXPECT_TRUE(EngineWordsFrom(alias) == "performance");
  EXPECT_TRUE(EngineWordsFrom(neither).empty());
}

TEST(ExecThrough, DoesNotTryAnEngineTwice) {
  Chain chain;
  bare::Str unknown;
  ASSERT_TRUE(ParseChain("userns", false, chain, unknown));
  Launch launch;
  launch.view.root = "/nowhere";  // never in force
  Attempts attempts;
  attempts.refusals[0].engine = chain.engines[0];
  attempts.count = 1;
  ExecThrough(chain, launch, attempts);
  EXPECT_EQ(attempts.count, 1u);
  EXPECT_FALSE(attempts.final);
}

}  // namespace
}  // namespace relocatable
