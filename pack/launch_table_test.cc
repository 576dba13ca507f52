#include "pack/launch_table.h"

#include <cstring>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engines/view/view.h"
#include "gtest/gtest.h"
#include "pack/launch_writer.h"

namespace relocatable {
namespace {

LaunchContents Contents() {
  return {.machine = 62,
          .mounts = {{"/nix/store", "root/nix/store", 3},
                     {"/gnu/store", "root/gnu/store", 3}},
          .names = {{"bin/hello", "/gnu/store/x-hello/bin/hello"},
                    {"sbin/a", "/gnu/store/x-a/sbin/a"},
                    {"bin/hell", "/gnu/store/x-hell/bin/hell"}},
          .entry_point = "bin/hello",
          .index = "index"};
}

// A table in memory that can be spoiled before it is opened.
struct File {
  explicit File(const std::string& bytes)
      : words((bytes.size() + 7) / 8), size(bytes.size()) {
    memcpy(words.data(), bytes.data(), size);
  }
  LaunchHeader& header() {
    return *reinterpret_cast<LaunchHeader*>(words.data());
  }
  char* at(uint64_t offset) {
    return reinterpret_cast<char*>(words.data()) + offset;
  }
  LaunchName* names() {
    return reinterpret_cast<LaunchName*>(at(header().names.offset));
  }
  LaunchMount* mounts() {
    return reinterpret_cast<LaunchMount*>(at(header().mounts.offset));
  }
  // What Open says, or else what Check says.
  std::string Problem() {
    LaunchTable table;
    const char* problem = LaunchTable::Open(words.data(), size, table);
    if (problem == nullptr) problem = table.Check();
    return problem == nullptr ? "" : problem;
  }

  std::vector<uint64_t> words;
  size_t size;
};

File Good() { return File(*WriteLaunchTable(Contents())); }

TEST(LaunchTable, GivesWhatWasWritten) {
  File file = Good();
  LaunchTable t;
  ASSERT_EQ(LaunchTable::Open(file.words.data(), file.size, t), nullptr);
  EXPECT_EQ(t.Check(), nullptr);
  EXPECT_EQ(t.header().machine, 62u);
  ASSERT_EQ(t.mount_count(), 2u);
  EXPECT_STREQ(t.string(t.mount(0).guest), "/gnu/store");
  EXPECT_STREQ(t.string(t.mount(0).host), "root/gnu/store");
  EXPECT_EQ(t.mount(0).flags, 3u);
  ASSERT_EQ(t.name_count(), 3u);
  EXPECT_STREQ(t.string(t.name(0).name), "bin/hell");
  EXPECT_STREQ(t.string(t.name(t.header().entry_point).target),
               "/gnu/store/x-hello/bin/hello");
  EXPECT_TRUE(t.section(t.header().index) == bare::Str("index"));
  EXPECT_TRUE(t.section(t.header().twins).empty());
}

TEST(LaunchTable, FindsNames) {
  File file = Good();
  LaunchTable t;
  ASSERT_EQ(LaunchTable::Open(file.words.data(), file.size, t), nullptr);
  EXPECT_EQ(t.FindPath("bin/hell"), 0u);
  EXPECT_EQ(t.FindPath("bin/hello"), 1u);
  EXPECT_EQ(t.FindPath("sbin/a"), 2u);
  EXPECT_EQ(t.FindPath("bin/hel"), kNoName);
  EXPECT_EQ(t.FindPath("z"), kNoName);
  EXPECT_EQ(t.FindWord("a"), 2u);
  EXPECT_EQ(t.FindWord("bin"), kNoName);
}

TEST(LaunchTable, EmptyTablesAreTables) {
  File file(*WriteLaunchTable({}));
  EXPECT_EQ(file.Problem(), "");
  EXPECT_EQ(file.header().entry_point, kNoName);
}

TEST(LaunchTable, ALayerLiesAtTheRootAndNothingElseDoes) {
  const absl::StatusOr<std::string> layer =
      WriteLaunchTable({.mounts = {{"/", "root", kMountLayer}}});
  ASSERT_TRUE(layer.ok()) << layer.status();
  File file(*layer);
  LaunchTable t;
  ASSERT_EQ(LaunchTable::Open(file.words.data(), file.size, t), nullptr);
  EXPECT_STREQ(t.string(t.mount(0).guest), "/");
  EXPECT_EQ(t.mount(0).flags, 4u);
  EXPECT_FALSE(WriteLaunchTable({.mounts = {{"/", "root", 0}}}).ok());
  EXPECT_FALSE(
      WriteLaunchTable({.mounts = {{"/usr", "root/usr", kMountLayer}}}).ok());
}

struct Damage {
  const char* name;
  void (*spoil)(File& file);
  const char* problem;
};

class DamagedLaunchTable : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedLaunchTable, IsOneClearLine) {
  File file = Good();
  GetParam().spoil(file);
  EXPECT_EQ(file.Problem(), GetParam().problem);
}

constexpr char kOutside[] = "is damaged: a section lies outside the file";
constexpr char kBadMount[] = "is damaged: a mount is not a pair of paths";
constexpr char kBadName[] = "is damaged: a name is not a pair of paths";

INSTANTIATE_TEST_SUITE_P(
    Damages, DamagedLaunchTable,
    ::testing::Values(
        Damage{"Empty", [](File& f) { f.size = 0; },
               "is no launch table of a pack"},
        Damage{"Magic", [](File& f) { f.header().magic[0] = 'X'; },
               "is no launch table of a pack"},
        Damage{"Version", [](File& f) { f.header().version = 2; },
               "has a version that this program does not read; use the "
               "relocatable in the same pack"},
        Damage{"CutOff", [](File& f) { f.size -= 8; },
               "is damaged: its size is not what it says"},
        Damage{"SectionPastTheEnd",
               [](File& f) { f.header().index.offset = f.size + 8; }, kOutside},
        Damage{"SectionTooLong",
               [](File& f) { f.header().twins.size = ~uint64_t{0}; }, kOutside},
        Damage{"SectionInTheHeader",
               [](File& f) { f.header().names.offset = 8; }, kOutside},
        Damage{"SectionUnaligned",
               [](File& f) { f.header().checks.offset -= 4; }, kOutside},
        Damage{"PartOfARow", [](File& f) { f.header().names.size -= 8; },
               "is damaged: a section holds part of a row"},
        Damage{"NoStrings", [](File& f) { f.header().strings.size = 0; },
               "is damaged: its strings do not end"},
        Damage{"StringsDoNotEnd", [](File& f) { f.header().strings.size -= 1; },
               "is damaged: its strings do not end"},
        Damage{"MountElsewhere",
               [](File& f) { f.mounts()[0].guest = 0xfffffff0; }, kBadMount},
        Damage{"MountOutOfThePack",
               [](File& f) {
                 memcpy(f.at(f.header().strings.offset + f.mounts()[0].host),
                        "../../", 6);
               },
               kBadMount},
        Damage{"EntryPoint", [](File& f) { f.header().entry_point = 3; },
               "is damaged: its entry point is no name"},
        Damage{"NameElsewhere", [](File& f) { f.names()[1].name = 0x7fffffff; },
               kBadName},
        Damage{"NameIsAbsolute",
               [](File& f) { f.names()[1].name = f.names()[1].target; },
               kBadName},
        Damage{"TargetIsRelative",
               [](File& f) { f.names()[1].target = f.names()[1].name; },
               kBadName},
        Damage{"NotSorted",
               [](File& f) { std::swap(f.names()[0], f.names()[2]); },
               "is damaged: its names are not sorted"},
        Damage{"NameTwice", [](File& f) { f.names()[1] = f.names()[0]; },
               "is damaged: its names are not sorted"}),
    [](const ::testing::TestParamInfo<Damage>& i) { return i.param.name; });

// What a start does not use it does not check, and still never leaves the file.
TEST(LaunchTable, OpenDoesNotLookAtNames) {
  File file = Good();
  file.names()[1].name = 0x7fffffff;
  LaunchTable t;
  ASSERT_EQ(LaunchTable::Open(file.words.data(), file.size, t), nullptr);
  EXPECT_STREQ(t.string(t.name(1).name), "");
  EXPECT_EQ(t.CheckName(0), nullptr);
  EXPECT_STREQ(t.CheckName(1), kBadName);
  EXPECT_STREQ(t.CheckName(7), kBadName);
}

TEST(WriteLaunchTable, OrderDoesNotMatter) {
  LaunchContents turned = Contents();
  std::swap(turned.names[0], turned.names[2]);
  std::swap(turned.mounts[0], turned.mounts[1]);
  EXPECT_EQ(*WriteLaunchTable(Contents()), *WriteLaunchTable(turned));
}

TEST(WriteLaunchTable, RefusesWhatCannotBeRead) {
  LaunchContents c = Contents();
  c.entry_point = "bin/none";
  EXPECT_EQ(WriteLaunchTable(c).status().message(),
            "the entry point 'bin/none' is no name of the pack");
  c = Contents();
  c.names[0].name = c.names[1].name;
  c.entry_point = "";
  EXPECT_EQ(WriteLaunchTable(c).status().message(),
            "the pack's launch table is damaged: its names are not sorted");
  c = Contents();
  c.names[0].target = "/gnu//x";
  EXPECT_FALSE(WriteLaunchTable(c).ok());
  c = Contents();
  for (int i = 0; i < 63; ++i) c.mounts.push_back({"/x", "x", 0});
  EXPECT_FALSE(WriteLaunchTable(c).ok());
}

}  // namespace
}  // namespace relocatable
