#include "pack/store_plan.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/launch_table.h"
#include "pack/manifest.h"
#include "pack/temp_store.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class PlanStorePackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_.File(libc_, "lib/libc.so", "");
    store_.File(hello_, "bin/hello", libc_, 0555);
    store_.File(hello_, "share/doc/hello", "text");
    store_.Link(profile_, "bin", hello_ + "/bin");
    store_.Link(profile_, "share", hello_ + "/share");
    store_.Refers(hello_, {libc_});
    store_.Refers(profile_, {hello_});
    file_ = store_.Register();
    options_ = {.sources = {profile_},
                .tool = {store_.tree().File("tool", "binary!", 0755),
                         "relocatable 0.1.0"},
                .root = store_.tree().root()};
  }

  std::string Error() {
    const absl::StatusOr<Plan> plan = PlanStorePack(options_);
    return plan.ok() ? "" : std::string(plan.status().message());
  }

  // The entries of the plan, hash parts left out.
  static std::vector<std::string> Entries(const Plan& plan) {
    std::vector<std::string> entries;
    const absl::Status status = WalkPlan(plan, [&](const PlanEntry& e) {
      std::string line(e.path);
      if (e.type == PlanEntry::kSymlink) absl::StrAppend(&line, " -> ", e.link);
      for (size_t at = line.find("store/"); at != std::string::npos;
           at = line.find("store/", at + 1)) {
        line.erase(at + 6, 33);
      }
      entries.push_back(line);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return entries;
  }

  static const PlanNode& Node(const Plan& plan, absl::string_view path) {
    for (const PlanNode& node : plan.nodes) {
      if (node.path == path) return node;
    }
    ADD_FAILURE() << "no node " << path;
    return plan.nodes[0];
  }

  TempStore store_;
  const std::string libc_ = store_.Item("libc"), hello_ = store_.Item("hello"),
                    profile_ = store_.Item("profile");
  std::string file_;
  StorePlanOptions options_;
};

TEST_F(PlanStorePackTest, IsAWholePack) {
  const Plan plan = *PlanStorePack(options_);
  std::vector<std::string> entries = Entries(plan);
  EXPECT_THAT(
      entries,
      ::testing::UnorderedElementsAre(
          "bin", "bin/hello -> ../relocatable", "launch", "lib", "lib/audit.so",
          "manifest.json", "relocatable", "root", "root/gnu", "root/gnu/store",
          "root/gnu/store/hello", "root/gnu/store/hello/bin",
          "root/gnu/store/hello/bin/hello", "root/gnu/store/hello/share",
          "root/gnu/store/hello/share/doc",
          "root/gnu/store/hello/share/doc/hello", "root/gnu/store/libc",
          "root/gnu/store/libc/lib", "root/gnu/store/libc/lib/libc.so",
          "root/gnu/store/profile",
          "root/gnu/store/profile/bin -> /gnu/store/hello/bin",
          "root/gnu/store/profile/share -> /gnu/store/hello/share"));
  EXPECT_THAT(plan.sources, ElementsAre(profile_));
  EXPECT_THAT(plan.notes, IsEmpty());
  EXPECT_GT(plan.bytes, 100u);
}

TEST_F(PlanStorePackTest, EveryEntryFollowsItsDirectory) {
  const Plan plan = *PlanStorePack(options_);
  std::vector<std::string> seen = {""};
  const absl::Status status = WalkPlan(plan, [&](const PlanEntry& e) {
    const std::string path(e.path);
    const std::string above = path.substr(
        0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    EXPECT_THAT(seen, ::testing::Contains(above)) << path;
    seen.push_back(path);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(PlanStorePackTest, LaunchAndManifestSayTheSame) {
  options_.entry_point = "hello";
  const Plan plan = *PlanStorePack(options_);
  const std::string& bytes = Node(plan, "launch").text;
  LaunchTable table;
  ASSERT_EQ(LaunchTable::Open(bytes.data(), bytes.size(), table), nullptr);
  ASSERT_EQ(table.name_count(), 1u);
  EXPECT_STREQ(table.string(table.name(0).name), "bin/hello");
  EXPECT_EQ(table.string(table.name(0).target), profile_ + "/bin/hello");
  EXPECT_EQ(table.header().entry_point, 0u);
  ASSERT_EQ(table.mount_count(), 1u);
  EXPECT_STREQ(table.string(table.mount(0).guest), "/gnu/store");
  EXPECT_STREQ(table.string(table.mount(0).host), "root/gnu/store");

  const Manifest manifest = *ReadManifest(Node(plan, "manifest.json").text);
  EXPECT_EQ(manifest.names[0].target, profile_ + "/bin/hello");
  EXPECT_EQ(manifest.entry_point, "bin/hello");
  EXPECT_EQ(manifest.tool, "relocatable 0.1.0");
  ASSERT_EQ(manifest.items.size(), 3u);
  EXPECT_EQ(manifest.files[0].sha256, Sha256Of(bytes));
  EXPECT_EQ(manifest.files[2].path, "relocatable");
  EXPECT_EQ(manifest.files[2].sha256, Sha256Of("binary!"));
}

TEST_F(PlanStorePackTest, DatabaseAndScanGiveTheSamePack) {
  const Plan by_database = *PlanStorePack(options_);
  options_.scan = true;
  const Plan by_scan = *PlanStorePack(options_);
  EXPECT_EQ(Entries(by_database), Entries(by_scan));
  EXPECT_EQ(Node(by_database, "manifest.json").text,
            Node(by_scan, "manifest.json").text);
  EXPECT_THAT(by_scan.notes, IsEmpty());
}

TEST_F(PlanStorePackTest, WithoutADatabaseFilesAreSearchedAndTheUserTold) {
  const Plan by_database = *PlanStorePack(options_);
  ASSERT_EQ(unlink(file_.c_str()), 0);
  const Plan plan = *PlanStorePack(options_);
  EXPECT_EQ(Entries(plan), Entries(by_database));
  EXPECT_THAT(
      plan.notes,
      ElementsAre(absl::StrCat(
          "the store '/gnu/store' has no database (looked for ", file_, ", ",
          options_.root, "/gnu/var/nix/db/db.sqlite, ", options_.root,
          "/var/nix/db/db.sqlite): its files are searched for references "
          "instead")));
}

TEST_F(PlanStorePackTest, AProfileIsFollowedFromTheCurrentDirectory) {
  // The user's paths are the guest's, so the link lies below the root.
  store_.tree().Link("home/profile", profile_);
  options_.sources = {"/home/profile"};
  EXPECT_THAT(PlanStorePack(options_)->sources, ElementsAre(profile_));
  char* const cwd = getcwd(nullptr, 0);
  ASSERT_EQ(chdir("/"), 0);
  options_.sources = {"home/profile"};
  EXPECT_THAT(PlanStorePack(options_)->sources, ElementsAre(profile_));
  ASSERT_EQ(chdir(cwd), 0);
  free(cwd);
}

TEST_F(PlanStorePackTest, NamesOnRequest) {
  options_.names = {"/usr/bin=bin", "docs=share/doc"};
  EXPECT_THAT(
      Entries(*PlanStorePack(options_)),
      ::testing::IsSupersetOf({"usr/bin/hello -> ../../relocatable",
                               "docs -> root/gnu/store/hello/share/doc"}));
}

TEST_F(PlanStorePackTest, ExcludedFilesAreNotPackedNorNamed) {
  options_.names = {"bin=bin", "docs=share/doc"};
  options_.exclude = {"*-libc", "share/doc/hello", "*.none"};
  const Plan plan = *PlanStorePack(options_);
  EXPECT_THAT(
      Entries(plan),
      ::testing::UnorderedElementsAre(
          "bin", "bin/hello -> ../relocatable", "docs", "launch", "lib",
          "lib/audit.so", "manifest.json", "relocatable", "root", "root/gnu",
          "root/gnu/store", "root/gnu/store/hello", "root/gnu/store/hello/bin",
          "root/gnu/store/hello/bin/hello", "root/gnu/store/hello/share",
          "root/gnu/store/hello/share/doc", "root/gnu/store/profile",
          "root/gnu/store/profile/bin -> /gnu/store/hello/bin",
          "root/gnu/store/profile/share -> /gnu/store/hello/share"));
  EXPECT_THAT(plan.notes, ElementsAre("--exclude '*.none' matches nothing"));
  const Manifest manifest = *ReadManifest(Node(plan, "manifest.json").text);
  EXPECT_THAT(manifest.excluded,
              ElementsAre("*-libc", "share/doc/hello", "*.none"));
}

TEST_F(PlanStorePackTest, TwoSourcesShareWhatTheyShare) {
  options_.sources = {hello_, profile_, hello_};
  EXPECT_EQ(PlanStorePack(options_)->items.size(), 3u);
}

TEST_F(PlanStorePackTest, ErrorsSayWhatToDo) {
  const std::string stranger = store_.Item("stranger");
  store_.File(stranger, "bin/x", "", 0555);
  options_.sources = {stranger};
  EXPECT_EQ(
      Error(),
      absl::StrCat("'", stranger, "': is not in the store's database '", file_,
                   "' (--store-db names another database, --scan "
                   "does without)"));
  options_.scan = true;
  EXPECT_EQ(Error(), "");
  options_.scan = false;
  options_.store_db = "/nonexistent/db";
  EXPECT_EQ(Error(),
            "cannot open '/nonexistent/db': No such file or directory "
            "(--store-db names another database, --scan does "
            "without)");
  options_.store_db = store_.tree().File("text", "no database at all");
  EXPECT_THAT(Error(), HasSubstr("cannot be read as a database: file is not a "
                                 "database (--store-db"));
  options_.store_db = "";
  options_.sources = {"/nonexistent"};
  EXPECT_EQ(Error(), "cannot read '/nonexistent': No such file or directory");
  options_.sources = {};
  EXPECT_EQ(Error(), "there is nothing to pack");
}

TEST_F(PlanStorePackTest, WrongOptionsAreFoundBeforeAnythingIsRead) {
  options_.sources = {"/nonexistent"};
  options_.names = {"bin=/bin"};
  EXPECT_THAT(Error(), StartsWith("-S 'bin=/bin': has an absolute TARGET"));
  options_.names = {};
  options_.exclude = {"a//b"};
  EXPECT_THAT(Error(), StartsWith("--exclude 'a//b': can match no path"));
}

}  // namespace
}  // namespace relocatable
