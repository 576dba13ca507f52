#include "engines/userns/plan.h"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engines/userns/lookup.h"
#include "engines/userns/testing/lab.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable::userns {
namespace {

using ::testing::ElementsAre;

std::string Text(bare::Str s) { return std::string(s.data, s.size); }

// A root with a few directories, and packs beside it.
class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    for (const char* dir : {"root/etc", "root/usr/lib", "root/mnt", "pack/item",
                            "root/full/other", "other"}) {
      lab_.MakeDir(dir);
    }
    lab_.MakeFile("root/etc/hosts", "");
    lab_.MakeFile("file", "");
  }

  void Bind(const std::string& below, const std::string& guest,
            uint32_t flags = 0) {
    strings_.push_back(lab_.Path(below));
    strings_.push_back(guest);
    flags_.push_back(flags);
  }

  // Plans; one line a place: "GUEST: what".
  std::vector<std::string> Plan() {
    std::vector<Mount> mounts;
    for (size_t i = 0; i < flags_.size(); ++i) {
      mounts.push_back(
          {strings_[2 * i + 1].c_str(), strings_[2 * i].c_str(), flags_[i]});
    }
    space_.resize(Arena::SizeFor(mounts.size()));
    Arena arena(space_.data(), space_.size());
    const std::string root = lab_.Path("root");
    const View view = {root.c_str(), mounts.data(),
                       static_cast<uint32_t>(mounts.size())};
    userns::Plan plan;
    if (!MakePlan(view, arena, plan, report_)) return {"refused"};
    std::vector<std::string> lines;
    for (uint32_t i = 0; i < plan.count; ++i) {
      lines.push_back(Describe(plan.places[i]));
    }
    return lines;
  }

  std::string Describe(const Place& place) {
    std::vector<std::string> words;
    if (place.mount != nullptr) {
      words.push_back(
          std::string(place.mount->host).substr(lab_.dir().size() + 1));
    }
    if (!place.directory) words.push_back("file");
    if (place.rebuilt) words.push_back("rebuilt");
    if (place.united) words.push_back("united");
    if (place.missing) {
      words.push_back(absl::StrCat("missing in '", Text(place.parent), "'"));
    }
    return absl::StrCat(Text(place.guest), ": ", absl::StrJoin(words, ", "));
  }

  const Lab lab_;
  std::vector<std::string> strings_;  // host, guest, host, guest...
  std::vector<uint32_t> flags_;
  std::vector<char> space_;
  Report report_;
};

TEST_F(PlanTest, RebuildsTheRootForAPrefixTheHostLacks) {
  Bind("pack", "/gnu/store");
  EXPECT_THAT(Plan(),
              ElementsAre(": rebuilt", "/gnu/store: pack, missing in ''"));
}

TEST_F(PlanTest, MountsOverWhatExists) {
  Bind("pack", "/mnt");
  Bind("file", "/etc/hosts");
  EXPECT_THAT(Plan(), ElementsAre("/etc/hosts: file, file", "/mnt: pack"));
}

TEST_F(PlanTest, RebuildsOnlyTheDeepestDirectory) {
  Bind("pack", "/usr/lib/new/deep");
  Bind("file", "/etc/new");
  EXPECT_THAT(Plan(), ElementsAre("/etc: rebuilt",
                                  "/etc/new: file, file, missing in '/etc'",
                                  "/usr/lib: rebuilt",
                                  "/usr/lib/new/deep: pack, missing in "
                                  "'/usr/lib'"));
}

TEST_F(PlanTest, ADirectoryIsNoMountPointForAFile) {
  Bind("file", "/mnt");
  Bind("pack", "/etc/hosts");
  EXPECT_THAT(Plan(), ElementsAre(": rebuilt", "/etc: rebuilt",
                                  "/etc/hosts: pack, missing in '/etc'",
                                  "/mnt: file, file, missing in ''"));
}

TEST_F(PlanTest, TheLastOfEqualGuestsWins) {
  Bind("pack", "/mnt");
  Bind("other", "/mnt");
  EXPECT_THAT(Plan(), ElementsAre("/mnt: other"));
}

TEST_F(PlanTest, LooksForMountPointsInTheMountAbove) {
  Bind("pack", "/mnt");
  Bind("other", "/mnt/item");
  EXPECT_THAT(Plan(), ElementsAre("/mnt: pack", "/mnt/item: other"));
}

TEST_F(PlanTest, RebuildsAMountThatLacksAMountPoint) {
  Bind("other", "/mnt/new");
  Bind("pack", "/mnt");
  EXPECT_THAT(Plan(), ElementsAre("/mnt: pack, rebuilt",
                                  "/mnt/new: other, missing in '/mnt'"));
}

TEST_F(PlanTest, UnitesOnlyWithWhatIsThere) {
  Bind("pack", "/mnt", kMountUnion);
  Bind("pack", "/full", kMountUnion);
  Bind("pack", "/gnu/store", kMountUnion);
  EXPECT_THAT(Plan(),
              ElementsAre(": rebuilt", "/full: pack, united",
                          "/gnu/store: pack, missing in ''", "/mnt: pack"));
}

TEST_F(PlanTest, FindsMountPointsInBothHalvesOfAUnion) {
  Bind("pack", "/full", kMountUnion);
  Bind("other", "/full/other");
  Bind("other", "/full/item");
  EXPECT_THAT(Plan(), ElementsAre("/full: pack, united", "/full/item: other",
                                  "/full/other: other"));
}

TEST_F(PlanTest, SortsADirectoryBeforeItsNeighbours) {
  for (const char* guest : {"/a-b", "/a/b", "/a", "/a.b"}) Bind("pack", guest);
  EXPECT_THAT(
      Plan(),
      ElementsAre(": rebuilt", "/a: pack, rebuilt, missing in ''",
                  "/a/b: pack, missing in '/a'", "/a-b: pack, missing in ''",
                  "/a.b: pack, missing in ''"));
}

TEST_F(PlanTest, FollowsLinksToMountPoints) {
  ASSERT_EQ(symlink("usr/lib", lab_.Path("root/lib").c_str()), 0);
  Bind("pack", "/lib/new");
  EXPECT_THAT(Plan(), ElementsAre("/usr/lib: rebuilt",
                                  "/usr/lib/new: pack, missing in '/usr/lib'"));
}

TEST_F(PlanTest, FollowsLinksThatTheViewBrings) {
  ASSERT_EQ(symlink("/mnt", lab_.Path("pack/link").c_str()), 0);
  Bind("other", "/usr/lib/link/x");
  Bind("pack", "/usr/lib");
  EXPECT_THAT(Plan(),
              ElementsAre("/mnt: rebuilt", "/mnt/x: other, missing in '/mnt'",
                          "/usr/lib: pack"));
}

TEST_F(PlanTest, WantsSomethingToShow) {
  Bind("nothing", "/mnt");
  EXPECT_THAT(Plan(), ElementsAre("refused"));
  EXPECT_STREQ(report_.step(), kFindSource);
  EXPECT_EQ(report_.error(), ENOENT);
}

TEST_F(PlanTest, HoldsManyMounts) {
  for (int i = 0; i < 1000; ++i) Bind("pack", absl::StrCat("/new/", 1000 - i));
  EXPECT_EQ(Plan().size(), 1001u);
}

// The host's own tree is not the lab's: only what is certain on any machine.
TEST(PlanOnTheHost, GraftsOneMountOverAnExistingDirectory) {
  struct Case {
    const char* guest;
    bool graft;
  };
  for (const Case& c : {Case{"/tmp", true}, Case{"/no-such-dir", false}}) {
    const Mount mount = {c.guest, "/", 0};
    std::vector<char> space(Arena::SizeFor(1));
    Arena arena(space.data(), space.size());
    Plan plan;
    Report report;
    ASSERT_TRUE(MakePlan({"", &mount, 1}, arena, plan, report));
    EXPECT_EQ(plan.graft, c.graft) << c.guest;
  }
}

}  // namespace
}  // namespace relocatable::userns
