// A database that rpm itself makes, of packages that rpmbuild makes.
#include "pack/host/rpm_database.h"

#include <stdlib.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::MatchesRegex;

class RpmDatabase : public ::testing::Test {
 protected:
  void SetUp() override {
    if (RunProgram({"rpmbuild", "--version"}).status != 0) {
      RELOC_SKIP("rpm", "Debian's package rpm is not installed");
    }
  }

  // Builds a package and has the database call it installed.
  void Install(absl::string_view name, absl::string_view fields,
               const std::vector<std::string>& files) {
    std::string make;
    for (const std::string& file : files) {
      absl::StrAppend(&make, "mkdir -p $(dirname %{buildroot}", file,
                      ")\necho x >%{buildroot}", file, "\n");
    }
    const std::string spec = t_.File(
        absl::StrCat(name, ".spec"),
        absl::StrCat("Name: ", name,
                     "\nVersion: 2\nRelease: 3\nSummary: x\nLicense: x\n"
                     "AutoReqProv: no\n",
                     fields, "%description\nx\n%install\n", make, "%files\n",
                     absl::StrJoin(files, "\n"), "\n"));
    Run(absl::StrCat("rpmbuild -bb --quiet --define '_topdir ", t_.Path("b"),
                     "' ", spec, " && rpm --dbpath ", t_.Path("var/lib/rpm"),
                     " --justdb --nodeps --noscripts -i ", t_.Path("b"),
                     "/RPMS/*/", name, "-2-3.*.rpm"));
  }

  void Run(const std::string& script) {
    const Finished f =
        RunProgram({"/bin/sh", "-c", script}, {.cwd = t_.root()});
    ASSERT_EQ(f.status, 0) << f.err;
  }

  std::string OwnerOf(PackageDatabase& d, absl::string_view path) {
    const auto owner = d.OwnerOf(path);
    return *owner == kNoPackage ? "nobody" : d.packages()[*owner].name;
  }

  std::string Error() {
    return std::string(OpenRpmDatabase(root_).status().message());
  }

  TempTree t_;
  GuestRoot root_{t_.root()};
};

TEST_F(RpmDatabase, None) { EXPECT_EQ(*OpenRpmDatabase(root_), nullptr); }

TEST_F(RpmDatabase, NeedsFilesAndOwners) {
  Install("libgreet", "Epoch: 1\nProvides: libgreet.so.1()(64bit)\n",
          {"/usr/lib64/libgreet.so.1"});
  Install("shell", "", {"/usr/bin/sh"});
  Install("greet",
          "Requires: libgreet.so.1()(64bit), /bin/sh, (x if y), gone >= 2\n",
          {"/usr/bin/greet", "/usr/share/greet/data"});
  const auto database = OpenRpmDatabase(root_);
  ASSERT_TRUE(database.ok()) << database.status();
  ASSERT_NE(*database, nullptr);
  PackageDatabase& d = **database;
  EXPECT_EQ(d.kind(), "rpm");
  const uint32_t greet = d.Find("greet");
  ASSERT_NE(greet, kNoPackage);
  EXPECT_EQ(d.packages()[greet].version, "2-3");
  EXPECT_EQ(d.packages()[d.Find("libgreet")].version, "1:2-3");
  std::vector<std::string> needs;
  for (const PackageNeed& need : d.Needs(greet)) {
    needs.push_back(need.package == kNoPackage
                        ? "-" + need.text
                        : d.packages()[need.package].name);
  }
  EXPECT_THAT(needs, ElementsAre("shell", "-gone", "libgreet"));
  EXPECT_THAT(*d.Files(greet),
              IsSupersetOf({"/usr/bin/greet", "/usr/share/greet/data"}));
  EXPECT_EQ(OwnerOf(d, "/usr/bin/greet"), "greet");
  EXPECT_EQ(OwnerOf(d, "/usr/lib64/libgreet.so.1"), "libgreet");
  EXPECT_EQ(OwnerOf(d, "/usr/bin/none"), "nobody");
}

TEST_F(RpmDatabase, InItsNewPlace) {
  Install("greet", "", {"/usr/bin/greet"});
  Run("mkdir -p usr/lib/sysimage && mv var/lib/rpm usr/lib/sysimage/rpm");
  EXPECT_NE((*OpenRpmDatabase(root_))->Find("greet"), kNoPackage);
}

TEST_F(RpmDatabase, Damaged) {
  t_.File("var/lib/rpm/rpmdb.sqlite", "garbage");
  EXPECT_THAT(Error(), MatchesRegex("'.*/var/lib/rpm': 'rpm' says: .* \\('rpm "
                                    "--rebuilddb' may repair it\\)"));
}

// The caller goes on as where there is no package manager.
TEST_F(RpmDatabase, NobodyToAsk) {
  t_.File("var/lib/rpm/rpmdb.sqlite", "x");
  const std::string path = getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const auto database = OpenRpmDatabase(root_);
  setenv("PATH", path.c_str(), 1);
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(*database, nullptr);
}

}  // namespace
}  // namespace relocatable
