#include "pack/store_path.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr char kHash[] = "0123456789abcdfghijklmnpqrsvwxyz";

TEST(KHashCharacters, AreTheAlphabet) {
  for (int c = 0; c < 256; ++c) {
    EXPECT_EQ(kIsHashCharacter[c], kHashAlphabet.find(static_cast<char>(c)) !=
                                       absl::string_view::npos)
        << c;
  }
  EXPECT_EQ(kHashAlphabet.size(), 32u);
}

TEST(IsStoreName, Rules) {
  const std::string hash = kHash;
  EXPECT_TRUE(IsStoreName(hash + "-hello-2.12"));
  EXPECT_TRUE(IsStoreName(hash + "-a"));
  EXPECT_TRUE(IsStoreName(hash + "-g++_x=?.1"));
  EXPECT_FALSE(IsStoreName(hash + "-"));
  EXPECT_FALSE(IsStoreName(hash));
  EXPECT_FALSE(IsStoreName(hash + "_hello"));
  EXPECT_FALSE(IsStoreName(hash + "-a/b"));
  EXPECT_FALSE(IsStoreName(hash + "-a b"));
  EXPECT_FALSE(IsStoreName(hash.substr(1) + "-hello"));
  EXPECT_FALSE(IsStoreName("e" + hash.substr(1) + "-hello"));
  EXPECT_FALSE(IsStoreName(".links"));
  EXPECT_TRUE(IsStoreName(hash + "-" + std::string(211, 'x')));
  EXPECT_FALSE(IsStoreName(hash + "-" + std::string(212, 'x')));
}

TEST(SplitStorePath, TakesNormalAbsolutePathsOnly) {
  absl::string_view prefix, name;
  const std::string item = absl::StrCat("/gnu/store/", kHash, "-x");
  ASSERT_TRUE(SplitStorePath(item, prefix, name));
  EXPECT_EQ(prefix, "/gnu/store");
  EXPECT_EQ(name, absl::StrCat(kHash, "-x"));
  for (const std::string& path :
       {absl::StrCat("gnu/store/", kHash, "-x"), absl::StrCat("/", kHash, "-x"),
        absl::StrCat("/gnu//store/", kHash, "-x"),
        absl::StrCat("/gnu/./", kHash, "-x"),
        absl::StrCat("/gnu/../", kHash, "-x"), absl::StrCat(item, "/"),
        absl::StrCat(item, "/bin"), std::string("/gnu/store"), std::string()}) {
    EXPECT_FALSE(SplitStorePath(path, prefix, name)) << path;
  }
}

TEST(ItemOfPath, IsTheOutermost) {
  const std::string item = absl::StrCat("/gnu/store/", kHash, "-x");
  EXPECT_EQ(ItemOfPath(item), item);
  EXPECT_EQ(ItemOfPath(item + "/bin/a"), item);
  EXPECT_EQ(ItemOfPath(absl::StrCat(item, "/d/", kHash, "-y")), item);
  EXPECT_EQ(ItemOfPath("/usr/bin"), "");
  EXPECT_EQ(ItemOfPath(""), "");
}

}  // namespace
}  // namespace relocatable
