#include "pack/hash_scanner.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kA[] = "0123456789abcdfghijklmnpqrsvwxyz";
constexpr char kB[] = "zyxwvsrqpnmlkjihgfdcba9876543210";
// Shares its first eight bytes with kA: passes the filter, is not it.
constexpr char kNearA[] = "01234567z9abcdfghijklmnpqrsvwxyz";

HashParts Parts() {
  HashParts parts;
  parts.Add(absl::StrCat(kA, "-a"), 0);
  parts.Add(absl::StrCat(kB, "-b"), 1);
  return parts;
}

std::vector<uint32_t> Scan(absl::string_view text, size_t piece) {
  const HashParts parts = Parts();
  HashScanner scanner(parts);
  for (size_t i = 0; i < text.size(); i += piece) {
    scanner.Feed(text.substr(i, piece));
  }
  return scanner.Found();
}

TEST(HashScanner, FindsWhereverTheStreamIsCut) {
  const std::string text = absl::StrCat(std::string(70, '\0'), "/gnu/store/",
                                        kB, "-b/lib:", std::string(40, 'z'), kA,
                                        "z and so on", std::string(40, ' '));
  for (size_t piece = 1; piece <= text.size(); ++piece) {
    EXPECT_THAT(Scan(text, piece), ElementsAre(0, 1)) << piece;
  }
}

TEST(HashScanner, FindsAtBothEnds) {
  for (size_t piece : {1, 31, 32, 33, 64}) {
    EXPECT_THAT(Scan(kA, piece), ElementsAre(0)) << piece;
    EXPECT_THAT(Scan(absl::StrCat("x ", kA), piece), ElementsAre(0)) << piece;
    EXPECT_THAT(Scan(absl::StrCat(kA, kB), piece), ElementsAre(0, 1)) << piece;
    EXPECT_THAT(Scan(absl::StrCat(kA, kA), piece), ElementsAre(0)) << piece;
  }
}

TEST(HashScanner, FindsNothingElse) {
  const std::string a = kA;
  for (const std::string& text :
       {std::string(), a.substr(1), a.substr(0, 31) + " " + a.substr(31),
        std::string(kNearA), "e" + a.substr(1), std::string(200, '0')}) {
    EXPECT_THAT(Scan(text, 7), IsEmpty()) << text;
  }
}

// The quick search gives the answers of the plain one on streams that are
// mostly of the alphabet.
TEST(HashScanner, AgreesWithPlainSearch) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    while (text.size() < 300) {
      switch (random() % 8) {
        case 0:
          absl::StrAppend(&text, random() % 2 ? kA : kB);
          break;
        case 1:
          absl::StrAppend(&text, std::string(kA).substr(random() % 32));
          break;
        default:
          text.push_back("0z8\0 e"[random() % 6]);
      }
    }
    std::vector<uint32_t> expected;
    if (text.find(kA) != std::string::npos) expected.push_back(0);
    if (text.find(kB) != std::string::npos) expected.push_back(1);
    EXPECT_EQ(Scan(text, 1 + random() % 100), expected);
  }
}

}  // namespace
}  // namespace relocatable
