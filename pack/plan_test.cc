#include "pack/plan.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Say(const PlanEntry& e) {
  switch (e.type) {
    case PlanEntry::kDirectory:
      return absl::StrFormat("%s/ %o", e.path, e.mode);
    case PlanEntry::kSymlink:
      return absl::StrCat(e.path, " -> ", e.link);
    case PlanEntry::kHardLink:
      return absl::StrCat(e.path, " = ", e.link);
    case PlanEntry::kFile:
      return absl::StrFormat("%s %o %d", e.path, e.mode, e.size);
  }
  return "?";
}

std::vector<std::string> Entries(const Plan& plan) {
  std::vector<std::string> entries;
  const absl::Status status = WalkPlan(plan, [&](const PlanEntry& e) {
    entries.push_back(Say(e));
    return absl::OkStatus();
  });
  if (!status.ok()) entries.emplace_back(status.message());
  return entries;
}

TEST(WalkPlan, NodesAreEntries) {
  TempTree t;
  Plan plan;
  plan.nodes = {
      {.path = "bin"},
      {.path = "bin/x", .kind = PlanNode::kSymlink, .text = "../relocatable"},
      {.path = "launch", .kind = PlanNode::kContent, .mode = 0644, .text = "L"},
      {.path = "relocatable",
       .kind = PlanNode::kFile,
       .source = t.File("tool", "tool!")},
  };
  EXPECT_THAT(Entries(plan), ElementsAre("bin/ 755", "bin/x -> ../relocatable",
                                         "launch 644 1", "relocatable 755 5"));
}

TEST(WalkPlan, ItemsHaveTheModesOfAStore) {
  TempTree t;
  t.File("item/bin/prog", "12", 0711);
  t.File("item/bin/group", "1", 0650);  // not its owner's to execute
  t.File("item/data", "", 0400);
  t.Link("item/link", "bin/prog");
  Plan plan;
  plan.nodes = {{.path = "root/s/item",
                 .kind = PlanNode::kItem,
                 .source = t.Path("item")}};
  EXPECT_THAT(
      Entries(plan),
      ElementsAre("root/s/item/ 555", "root/s/item/bin/ 555",
                  "root/s/item/bin/group 444 1", "root/s/item/bin/prog 555 2",
                  "root/s/item/data 444 0", "root/s/item/link -> bin/prog"));
}

TEST(WalkPlan, HardLinksStayInsideAnItem) {
  TempTree t;
  t.File("a/x/git", "elf");
  t.HardLink("a/x/git-add", "a/x/git");
  t.HardLink("a/y/git-rm", "a/x/git");
  t.HardLink("b/git", "a/x/git");
  t.HardLink("b/git2", "a/x/git");
  Plan plan;
  plan.nodes = {
      {.path = "root/a", .kind = PlanNode::kItem, .source = t.Path("a")},
      {.path = "root/b", .kind = PlanNode::kItem, .source = t.Path("b")}};
  EXPECT_THAT(Entries(plan),
              ElementsAre("root/a/ 555", "root/a/x/ 555", "root/a/x/git 444 3",
                          "root/a/x/git-add = root/a/x/git", "root/a/y/ 555",
                          "root/a/y/git-rm = root/a/x/git", "root/b/ 555",
                          "root/b/git 444 3", "root/b/git2 = root/b/git"));
}

TEST(WalkPlan, AnItemMayBeOneFileOrLink) {
  TempTree t;
  t.File("f", "abc");
  t.HardLink("g", "f");
  t.Link("l", "f");
  Plan plan;
  plan.nodes = {
      {.path = "root/f", .kind = PlanNode::kItem, .source = t.Path("f")},
      {.path = "root/l", .kind = PlanNode::kItem, .source = t.Path("l")}};
  EXPECT_THAT(Entries(plan), ElementsAre("root/f 444 3", "root/l -> f"));
}

TEST(WalkPlan, NamesTheFileItCannotRead) {
  Plan plan;
  plan.nodes = {
      {.path = "x", .kind = PlanNode::kFile, .source = "/nonexistent/x"}};
  EXPECT_THAT(Entries(plan), ElementsAre(HasSubstr("'/nonexistent/x'")));
}

TEST(WalkPlan, LeavesOutWhatIsExcluded) {
  TempTree t;
  t.File("item/share/doc/x", "");
  t.File("item/share/man", "");
  Plan plan;
  plan.nodes = {{.path = "root/s/item",
                 .kind = PlanNode::kItem,
                 .source = t.Path("item")}};
  plan.exclude = *Exclude::Parse({"/s/item/share/doc"});
  EXPECT_THAT(Entries(plan),
              ElementsAre("root/s/item/ 555", "root/s/item/share/ 555",
                          "root/s/item/share/man 444 0"));
}

TEST(OpenPlanEntry, GivesTheBytes) {
  TempTree t;
  t.File("item/d/f", "bytes");
  Plan plan;
  plan.nodes = {
      {.path = "root/i", .kind = PlanNode::kItem, .source = t.Path("item")}};
  int opened = 0;
  const absl::Status status = WalkPlan(plan, [&](const PlanEntry& e) {
    if (e.type != PlanEntry::kFile) return absl::OkStatus();
    absl::StatusOr<Fd> fd = OpenPlanEntry(e);
    if (!fd.ok()) return fd.status();
    char text[8] = "";
    EXPECT_EQ(read(fd->get(), text, sizeof(text)), 5);
    EXPECT_STREQ(text, "bytes");
    EXPECT_EQ(e.source, t.Path("item/d/f"));
    ++opened;
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(opened, 1);
}

}  // namespace
}  // namespace relocatable
