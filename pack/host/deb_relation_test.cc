#include "pack/host/deb_relation.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

// "a{any}(>=1)|b,c": what was understood.
std::string Understood(absl::string_view field) {
  std::string text;
  for (const DebChoice& choice : ParseDebRelations(field)) {
    if (!text.empty()) text += ",";
    for (const DebRelation& r : choice) {
      if (&r != &choice[0]) text += "|";
      absl::StrAppend(&text, r.name);
      if (!r.architecture.empty()) {
        absl::StrAppend(&text, "{", r.architecture, "}");
      }
      if (!r.op.empty()) absl::StrAppend(&text, "(", r.op, r.version, ")");
    }
  }
  return text;
}

TEST(ParseDebRelations, OfRealFields) {
  EXPECT_EQ(Understood("libc6 (>= 2.34), perl:any, git-man (<< 1:2.39.5-.)"),
            "libc6(>=2.34),perl{any},git-man(<<1:2.39.5-.)");
  EXPECT_EQ(Understood("media-types | mime-support"),
            "media-types|mime-support");
  EXPECT_EQ(Understood("debconf (>= 0.5) | debconf-2.0"),
            "debconf(>=0.5)|debconf-2.0");
  EXPECT_EQ(Understood("a(=1),\n b"), "a(=1),b");
}

TEST(ParseDebRelations, OfTextThatIsNone) {
  EXPECT_EQ(Understood(""), "");
  EXPECT_EQ(Understood(" , | ,,"), "");
  EXPECT_EQ(Understood("a (>= 1"), "a");
  EXPECT_EQ(Understood("a )("), "a");
  EXPECT_EQ(Understood("a (>=)"), "a");
  EXPECT_EQ(Understood("a [amd64] <!nocheck>"), "a");
}

bool Fulfils(const char* op, const char* version) {
  return FulfilsVersion({.name = "x", .op = op, .version = "2"}, version);
}

TEST(FulfilsVersion, EachOperator) {
  EXPECT_TRUE(Fulfils("", "7"));
  EXPECT_TRUE(Fulfils("<<", "1"));
  EXPECT_FALSE(Fulfils("<<", "2"));
  EXPECT_TRUE(Fulfils("<=", "2"));
  EXPECT_FALSE(Fulfils("<=", "3"));
  EXPECT_TRUE(Fulfils("<", "2"));
  EXPECT_TRUE(Fulfils("=", "2"));
  EXPECT_FALSE(Fulfils("=", "2.1"));
  EXPECT_TRUE(Fulfils(">=", "2"));
  EXPECT_FALSE(Fulfils(">=", "1"));
  EXPECT_TRUE(Fulfils(">", "2"));
  EXPECT_TRUE(Fulfils(">>", "3"));
  EXPECT_FALSE(Fulfils(">>", "2"));
  EXPECT_FALSE(Fulfils("><", "2"));
}

}  // namespace
}  // namespace relocatable
