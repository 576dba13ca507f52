#include "pack/closure.h"

#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/store_database.h"
#include "pack/store_scan.h"
#include "pack/temp_store.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// libc; hello, which needs libc and mentions itself; docs, which need nothing;
// tool, which needs hello for its bin and docs for its share; alone.
class ClosureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_.File(libc_, "lib/libc.so", "no references");
    store_.File(hello_, "bin/hello", absl::StrCat("elf ", libc_, "/lib"), 0555);
    store_.File(hello_, "share/self", hello_);
    store_.Link(tool_, "bin", hello_ + "/bin");
    store_.File(tool_, "share/doc/index", absl::StrCat("see ", docs_));
    store_.File(docs_, "index", "");
    store_.File(alone_, "x", "");
    store_.Refers(hello_, {libc_, hello_});
    store_.Refers(tool_, {hello_, docs_});
    file_ = store_.Register();
  }

  std::shared_ptr<ItemSource> Database() { return *StoreDatabase::Open(file_); }
  std::shared_ptr<ItemSource> Scan() {
    return *StoreScan::Open(store_.root(), "/gnu/store");
  }

  absl::StatusOr<std::vector<PlanItem>> Closure(
      ItemSource& source, std::vector<std::string> roots,
      std::vector<std::string> globs = {}) {
    Exclude exclude = *Exclude::Parse(globs);
    return FindClosure(store_.root(), roots, source, exclude);
  }

  static std::string Name(absl::string_view path) {
    return std::string(path.substr(path.rfind('-') + 1));
  }

  // "tool: docs hello -missing (trimmed)", sorted by name.
  static std::vector<std::string> Say(
      const absl::StatusOr<std::vector<PlanItem>>& items) {
    if (!items.ok()) return {std::string(items.status().message())};
    std::vector<std::string> lines;
    for (const PlanItem& item : *items) {
      std::vector<std::string> words;
      for (uint32_t r : item.references)
        words.push_back(Name((*items)[r].path));
      for (const std::string& m : item.missing) words.push_back("-" + Name(m));
      std::sort(words.begin(), words.end());
      lines.push_back(absl::StrCat(Name(item.path), ": ",
                                   absl::StrJoin(words, " "),
                                   item.trimmed ? " (trimmed)" : ""));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  TempStore store_;
  const std::string libc_ = store_.Item("libc"), hello_ = store_.Item("hello"),
                    tool_ = store_.Item("tool"), docs_ = store_.Item("docs"),
                    alone_ = store_.Item("alone");
  std::string file_;
};

TEST_F(ClosureTest, DatabaseAndScanAgree) {
  for (const std::string& root : {libc_, hello_, tool_, docs_, alone_}) {
    const auto by_database = Closure(*Database(), {root});
    const auto by_scan = Closure(*Scan(), {root});
    EXPECT_EQ(Say(by_database), Say(by_scan));
    ASSERT_TRUE(by_database.ok() && by_scan.ok());
    for (size_t i = 0; i < by_database->size(); ++i) {
      EXPECT_EQ((*by_database)[i].nar_hash, (*by_scan)[i].nar_hash);
      EXPECT_EQ((*by_database)[i].nar_size, (*by_scan)[i].nar_size);
    }
  }
}

TEST_F(ClosureTest, HoldsWhatIsNeededAndNoMore) {
  EXPECT_THAT(
      Say(Closure(*Database(), {tool_})),
      ElementsAre("docs: ", "hello: hello libc", "libc: ", "tool: docs hello"));
  EXPECT_THAT(Say(Closure(*Database(), {docs_, libc_, docs_})),
              ElementsAre("docs: ", "libc: "));
}

TEST_F(ClosureTest, ItemsAreSortedByPath) {
  const auto items = *Closure(*Database(), {tool_, alone_});
  for (size_t i = 1; i < items.size(); ++i) {
    EXPECT_LT(items[i - 1].path, items[i].path);
  }
}

TEST_F(ClosureTest, AnExcludedItemIsMissing) {
  for (const auto& source : {Database(), Scan()}) {
    EXPECT_THAT(Say(Closure(*source, {tool_}, {"*-hello"})),
                ElementsAre("docs: ", "tool: -hello docs"));
  }
}

TEST_F(ClosureTest, WhatOnlyExcludedFilesNeedIsNotPacked) {
  const auto full = *Closure(*Database(), {tool_});
  for (const auto& source : {Database(), Scan()}) {
    const auto items = Closure(*source, {tool_}, {"share/doc"});
    EXPECT_THAT(Say(items), ElementsAre("hello: hello libc",
                                        "libc: ", "tool: hello (trimmed)"));
    for (const PlanItem& item : *items) {
      for (const PlanItem& whole : full) {
        if (whole.path != item.path) continue;
        EXPECT_EQ(whole.nar_hash == item.nar_hash, !item.trimmed);
        EXPECT_EQ(whole.nar_size == item.nar_size, !item.trimmed);
      }
    }
  }
}

TEST_F(ClosureTest, ARootCannotBeExcluded) {
  EXPECT_THAT(
      Say(Closure(*Database(), {tool_}, {"*-tool"})),
      ElementsAre(absl::StrCat(
          "'", tool_, "': is to be packed, and --exclude leaves it out")));
}

TEST_F(ClosureTest, WhatTheDatabaseDoesNotKnowIsAnError) {
  const std::string stranger = store_.Item("stranger");
  store_.File(stranger, "x", libc_);
  EXPECT_THAT(
      Say(Closure(*Database(), {stranger})),
      ElementsAre(absl::StrCat(
          "'", stranger, "': is not in the store's database '", file_, "'")));
  EXPECT_THAT(Say(Closure(*Scan(), {stranger})),
              ElementsAre("libc: ", "stranger: libc"));
}

TEST_F(ClosureTest, WhatIsNotOnDiskIsAnError) {
  const std::string path = store_.root().HostPath(docs_);
  ASSERT_EQ(unlink((path + "/index").c_str()), 0);
  ASSERT_EQ(rmdir(path.c_str()), 0);
  EXPECT_THAT(Say(Closure(*Database(), {tool_})),
              ElementsAre(absl::StrCat("cannot read '", path,
                                       "': No such file or directory")));
  // To a scan a path that leads nowhere is no reference.
  EXPECT_THAT(Say(Closure(*Scan(), {tool_})),
              ElementsAre("hello: hello libc", "libc: ", "tool: hello"));
}

TEST_F(ClosureTest, LockFilesAreNoCandidates) {
  store_.tree().File(libc_.substr(1) + ".lock", "");
  EXPECT_THAT(Say(Closure(*Scan(), {hello_})),
              ElementsAre("hello: hello libc", "libc: "));
}

}  // namespace
}  // namespace relocatable
