#include "pack/names.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

// Two packages, and a profile with absolute links to what they hold.
class NamesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    t_.File("s/hello/bin/hello", "elf", 0555);
    t_.File("s/hello/bin/readme", "text", 0444);
    t_.Link("s/hello/bin/hi", "hello");
    t_.File("s/hello/share/doc/hello.txt", "", 0444);
    t_.File("s/git/bin/git", "elf", 0555);
    t_.File("s/git/libexec/core/git-add", "elf", 0555);
    t_.File("s/git/libexec/core/sh-setup", "sourced", 0444);
    t_.File("s/git/share/man/git.1", "", 0444);
    t_.Link("s/profile/bin/hello", "/s/hello/bin/hello");
    t_.Link("s/profile/bin/hi", "/s/hello/bin/hi");
    t_.Link("s/profile/bin/git", "/s/git/bin/git");
    t_.Link("s/profile/bin/readme", "/s/hello/bin/readme");
    t_.Link("s/profile/bin/gone", "/s/none");
    t_.Link("s/profile/bin/loop", "loop");
    t_.Link("s/profile/bin/out", "/etc/out");
    t_.File("etc/out", "", 0755);
    t_.Link("s/profile/libexec", "/s/git/libexec");
    t_.Link("s/profile/share/doc", "/s/hello/share/doc");
    t_.Link("s/profile/share/man", "/s/git/share/man");
  }

  absl::StatusOr<Names> Make(std::vector<std::string> rules,
                             std::vector<std::string> sources = {
                                 "/s/profile"}) {
    std::vector<NameRule> parsed;
    for (const std::string& rule : rules) {
      parsed.push_back(*ParseNameRule(rule));
    }
    return MakeNames(root_, sources, parsed, [this](absl::string_view path) {
      return absl::StartsWith(path, "/s/") &&
             std::find(not_packed_.begin(), not_packed_.end(), path) ==
                 not_packed_.end();
    });
  }

  static std::vector<std::string> Say(const absl::StatusOr<Names>& names) {
    if (!names.ok()) return {std::string(names.status().message())};
    std::vector<std::string> lines;
    for (const PlanNode& node : names->nodes) {
      lines.push_back(node.kind == PlanNode::kDirectory
                          ? node.path + "/"
                          : absl::StrCat(node.path, " -> ", node.text));
    }
    return lines;
  }

  TempTree t_;
  const GuestRoot root_{t_.root()};
  std::vector<std::string> not_packed_;
};

TEST_F(NamesTest, ProgramsAreLinksToTheBinaryOthersToTheFile) {
  const auto names = Make({"bin=bin"});
  EXPECT_THAT(
      Say(names),
      ElementsAre("bin/", "bin/git -> ../relocatable",
                  "bin/hello -> ../relocatable", "bin/hi -> ../relocatable",
                  "bin/readme -> ../root/s/hello/bin/readme"));
  std::vector<std::string> programs;
  for (const PlanName& n : names->names) {
    programs.push_back(absl::StrCat(n.name, " ", n.target));
  }
  EXPECT_THAT(programs, ElementsAre("bin/git /s/profile/bin/git",
                                    "bin/hello /s/profile/bin/hello",
                                    "bin/hi /s/profile/bin/hi"));
}

TEST_F(NamesTest, DirectoriesOfProgramsRecur) {
  EXPECT_THAT(Say(Make({"/usr/libexec=libexec"})),
              ElementsAre("usr/", "usr/libexec/", "usr/libexec/core/",
                          "usr/libexec/core/git-add -> ../../../relocatable",
                          "usr/libexec/core/sh-setup -> "
                          "../../../root/s/git/libexec/core/sh-setup"));
}

TEST_F(NamesTest, DirectoriesOfDataAreOneLinkWhereTheyCanBe) {
  EXPECT_THAT(Say(Make({"doc=share/doc"})),
              ElementsAre("doc -> root/s/hello/share/doc"));
  // The profile's share holds absolute links: they must be followed.
  EXPECT_THAT(Say(Make({"share=share"})),
              ElementsAre("share/", "share/doc -> ../root/s/hello/share/doc",
                          "share/man -> ../root/s/git/share/man"));
}

TEST_F(NamesTest, SourcesShareDirectories) {
  EXPECT_THAT(
      Say(Make({"share=share", "bin=bin"}, {"/s/hello", "/s/git"})),
      ElementsAre("bin/", "bin/git -> ../relocatable",
                  "bin/hello -> ../relocatable", "bin/hi -> ../relocatable",
                  "bin/readme -> ../root/s/hello/bin/readme", "share/",
                  "share/doc -> ../root/s/hello/share/doc",
                  "share/man -> ../root/s/git/share/man"));
}

TEST_F(NamesTest, RulesShareDirectories) {
  EXPECT_THAT(
      Say(Make({"x=share/doc", "x/bin=bin"}, {"/s/hello"})),
      ElementsAre("x/", "x/bin/", "x/bin/hello -> ../../relocatable",
                  "x/bin/hi -> ../../relocatable",
                  "x/bin/readme -> ../../root/s/hello/bin/readme",
                  "x/hello.txt -> ../root/s/hello/share/doc/hello.txt"));
}

TEST_F(NamesTest, TheSourceItselfAndSingleFiles) {
  EXPECT_THAT(Say(Make({"hello="}, {"/s/hello/bin/hello"})),
              ElementsAre("hello -> relocatable"));
  EXPECT_THAT(Say(Make({"my=bin/hello", "your/text=bin/readme"})),
              ElementsAre("my -> relocatable", "your/",
                          "your/text -> ../root/s/hello/bin/readme"));
}

TEST_F(NamesTest, TheSameProgramTwiceIsNoClash) {
  t_.Link("s/other/bin/hello", "/s/profile/bin/hello");
  EXPECT_THAT(Say(Make({"bin=bin"}, {"/s/profile", "/s/other"})),
              Contains("bin/hello -> ../relocatable"));
}

TEST_F(NamesTest, ClashesNameBoth) {
  t_.File("s/other/bin/hello", "another", 0555);
  EXPECT_THAT(
      Say(Make({"bin=bin"}, {"/s/profile", "/s/other"})),
      ElementsAre("'bin/hello': '/s/profile/bin/hello' and "
                  "'/s/other/bin/hello' both want this name (leave one out "
                  "with --exclude, or pack them apart)"));
  t_.File("s/third/bin/hello/x", "a directory", 0555);
  EXPECT_THAT(Say(Make({"bin=bin"}, {"/s/profile", "/s/third"})),
              ElementsAre("'bin/hello': '/s/profile/bin/hello' and "
                          "'/s/third/bin/hello' both want this name (leave one "
                          "out with --exclude, or pack them apart)"));
}

TEST_F(NamesTest, WhatIsNotPackedGetsNoName) {
  not_packed_ = {"/s/profile/bin/git", "/s/hello/bin/hello"};
  EXPECT_THAT(Say(Make({"bin=bin"})),
              ElementsAre("bin/", "bin/readme -> ../root/s/hello/bin/readme"));
}

TEST_F(NamesTest, ADirectoryOfWhichPartIsPackedIsNotOneLink) {
  t_.File("s/hello/share/doc/b.txt", "");
  not_packed_ = {"/s/hello/share/doc/b.txt"};
  EXPECT_THAT(Say(Make({"doc=share/doc"})),
              ElementsAre("doc/",
                          "doc/hello.txt -> "
                          "../root/s/hello/share/doc/hello.txt"));
}

TEST_F(NamesTest, LinksBackDoNotRecurForEver) {
  t_.Link("s/profile/bin/X11", ".");
  t_.Link("s/profile/libexec2/up", "../bin");
  t_.Link("s/profile/libexec2/x", "/s/hello/bin/hello");
  EXPECT_THAT(Say(Make({"usr/bin=bin"})),
              Contains("usr/bin/X11 -> ../../usr/bin"));
}

TEST_F(NamesTest, LibStaysADirectoryForThePacksOwnFiles) {
  t_.File("s/hello/lib/x", "");
  EXPECT_THAT(Say(Make({"lib=lib"}, {"/s/hello"})),
              ElementsAre("lib/", "lib/x -> ../root/s/hello/lib/x"));
  t_.File("s/hello/lib/audit.so", "");
  EXPECT_THAT(Say(Make({"lib=lib"}, {"/s/hello"})),
              ElementsAre("'/s/hello/lib/audit.so': would be 'lib/audit.so' in "
                          "the pack, which the pack itself is made of"));
}

TEST_F(NamesTest, ATargetThatNoSourceHas) {
  EXPECT_THAT(Say(Make({"bin=sbin"})),
              ElementsAre("'/s/profile': has no 'sbin' (-S 'bin=sbin'; -S "
                          "NAME=TARGET says which files get names, -S NAME= is "
                          "the item itself)"));
  EXPECT_THAT(Say(Make({"core=libexec/core"}, {"/s/hello", "/s/git"})),
              Not(ElementsAre(::testing::StartsWith("'"))));
}

}  // namespace
}  // namespace relocatable
