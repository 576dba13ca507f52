#include "pack/host/licences.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseCopyright, OfFields) {
  const Licences l = ParseCopyright(
      "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/"
      "1.0/\n\nFiles: *\nLicense: GPL-2+\n\nFiles: x\nLicense: Expat\n text\n"
      "\nLicense: GPL-2+\n See /usr/share/common-licenses/GPL-2.\n");
  EXPECT_THAT(l.names, ElementsAre("Expat", "GPL-2+"));
  EXPECT_THAT(l.texts, ElementsAre("GPL-2"));
}

TEST(ParseCopyright, OfFreeText) {
  const Licences l = ParseCopyright(
      "License: is a word here.\nSee /usr/share/common-licenses/LGPL-2.1, or\n"
      "'/usr/share/common-licenses/GPL-3'.\n");
  EXPECT_THAT(l.names, ElementsAre("GPL-3", "LGPL-2.1"));
  EXPECT_THAT(l.texts, ElementsAre("GPL-3", "LGPL-2.1"));
}

TEST(ParseCopyright, OfNothing) {
  EXPECT_THAT(ParseCopyright("").names, IsEmpty());
  EXPECT_THAT(ParseCopyright("Public domain.").names, IsEmpty());
  EXPECT_THAT(ParseCopyright("/usr/share/common-licenses/").texts, IsEmpty());
  EXPECT_THAT(ParseCopyright("/usr/share/common-licenses/../../etc").texts,
              IsEmpty());
}

}  // namespace
}  // namespace relocatable
