#include "pack/host/control_file.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

// "Name=value;Name=value;|..." or what is wrong.
std::string Read(absl::string_view text) {
  std::string read;
  const absl::Status status =
      ReadControlFile(text, [&](const ControlParagraph& paragraph) {
        for (const ControlField& field : paragraph) {
          absl::StrAppend(&read, field.name, "=", field.value, ";");
        }
        read += "|";
        return absl::OkStatus();
      });
  return status.ok() ? read : std::string(status.message());
}

TEST(ReadControlFile, Paragraphs) {
  EXPECT_EQ(Read("Package: a\nVersion:1\n\n\nPackage: b\n"),
            "Package=a;Version=1;|Package=b;|");
  EXPECT_EQ(Read("Package: a\n \t\nPackage: b"), "Package=a;|Package=b;|");
  EXPECT_EQ(Read(""), "");
  EXPECT_EQ(Read("\n\n"), "");
}

TEST(ReadControlFile, LinesThatContinue) {
  EXPECT_EQ(Read("D: a\n b\n .\n\tc\nE: x\n"), "D=a\n b\n .\n\tc;E=x;|");
  EXPECT_EQ(Read("Conffiles:\n /etc/x 1\nE: x\n"),
            "Conffiles=\n /etc/x 1;E=x;|");
}

TEST(ReadControlFile, EndsAtTheVisitorsError) {
  EXPECT_EQ(ReadControlFile("a: b\n\nx\n",
                            [](const ControlParagraph&) {
                              return absl::AbortedError("enough");
                            })
                .message(),
            "enough");
}

TEST(ReadControlFile, WhatIsNone) {
  EXPECT_EQ(Read("Package: a\n\nPackage\n"),
            "line 3: is no field of a package ('Name: value')");
  EXPECT_EQ(Read(": a\n"), "line 1: is no field of a package ('Name: value')");
  EXPECT_EQ(Read(" a\n"), "line 1: continues no field");
  EXPECT_EQ(Read("\x7f"
                 "ELF\x01\n"),
            "line 1: is no field of a package ('Name: value')");
}

TEST(FieldOf, CaseDoesNotMatter) {
  const ControlParagraph p = {{"Package", "a"}, {"essential", "yes"}};
  EXPECT_EQ(FieldOf(p, "Essential"), "yes");
  EXPECT_EQ(FieldOf(p, "Depends"), "");
}

}  // namespace
}  // namespace relocatable
