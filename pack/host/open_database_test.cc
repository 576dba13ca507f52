// The databases of apk and pacman; dpkg's has a test of its own.
#include "pack/host/open_database.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

class Databases : public ::testing::Test {
 protected:
  PackageDatabase& Open() {
    auto database = OpenPackageDatabase(root_);
    EXPECT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    EXPECT_NE(database_, nullptr);
    return *database_;
  }

  std::vector<std::string> NeedsOf(absl::string_view name) {
    std::vector<std::string> needs;
    for (const PackageNeed& need : database_->Needs(database_->Find(name))) {
      needs.push_back(need.package == kNoPackage
                          ? "-" + need.text
                          : database_->packages()[need.package].name);
    }
    return needs;
  }

  std::string OwnerOf(absl::string_view path) {
    const auto owner = database_->OwnerOf(path);
    return *owner == kNoPackage ? "nobody" : database_->packages()[*owner].name;
  }

  std::string Error() {
    return std::string(OpenPackageDatabase(root_).status().message());
  }

  TempTree t_;
  GuestRoot root_{t_.root()};
  std::unique_ptr<PackageDatabase> database_;
};

TEST_F(Databases, None) { EXPECT_EQ(*OpenPackageDatabase(root_), nullptr); }

TEST_F(Databases, Apk) {
  t_.File("lib/apk/db/installed",
          "C:Q1x=\nP:git\nV:2.40-r0\nA:x86_64\nD:so:libz.so.1>=1 /bin/sh "
          "ca-certificates !old gone\np:cmd:git=2.40-r0\nF:usr/bin\nR:git\n"
          "a:0:0:755\nZ:Q1y=\nF:usr/libexec/git-core\nR:git-sh\n\n"
          "P:busybox\nV:1\nA:x86_64\nF:bin\nR:busybox\nR:sh\n\n"
          "P:zlib\nV:1.2\nA:x86_64\np:so:libz.so.1=1.2\nF:lib\nR:libz.so.1\n\n"
          "P:ca-certificates\nV:1\nA:x86_64\n\n");
  const PackageDatabase& d = Open();
  EXPECT_EQ(d.kind(), "apk");
  EXPECT_EQ(d.packages()[d.Find("git")].version, "2.40-r0");
  EXPECT_THAT(NeedsOf("git"),
              ElementsAre("zlib", "busybox", "ca-certificates", "-gone"));
  EXPECT_THAT(*d.Files(d.Find("git")),
              ElementsAre("/usr/bin", "/usr/bin/git", "/usr/libexec/git-core",
                          "/usr/libexec/git-core/git-sh"));
  EXPECT_EQ(OwnerOf("/usr/bin/git"), "git");
  EXPECT_EQ(OwnerOf("/lib/libz.so.1"), "zlib");
  EXPECT_EQ(OwnerOf("/usr/bin/none"), "nobody");
}

TEST_F(Databases, ApkDamaged) {
  t_.File("lib/apk/db/installed", "P:git\nsomething\n");
  EXPECT_THAT(Error(), EndsWith("/lib/apk/db/installed': line 2: is no field "
                                "of a package ('X:value')"));
}

TEST_F(Databases, Pacman) {
  t_.File("var/lib/pacman/local/ALPM_DB_VERSION", "9\n");
  t_.File("var/lib/pacman/local/git-2.40-1/desc",
          "%NAME%\ngit\n\n%VERSION%\n2.40-1\n\n%ARCH%\nx86_64\n\n%DEPENDS%\n"
          "glibc>=2.36\nlibz.so=1-64\nsh\n\n%OPTDEPENDS%\ntk: gitk\n\n");
  t_.File("var/lib/pacman/local/git-2.40-1/files",
          "%FILES%\nusr/\nusr/bin/\nusr/bin/git\n\n%BACKUP%\netc/x\tabc\n");
  t_.File("var/lib/pacman/local/zlib-1-1/desc",
          "%NAME%\nzlib\n\n%VERSION%\n1-1\n\n%PROVIDES%\nlibz.so=1-64\n");
  t_.File("var/lib/pacman/local/zlib-1-1/files", "");
  t_.File("var/lib/pacman/local/glibc-2.37-1/desc",
          "%NAME%\nglibc\n\n%VERSION%\n2.37-1\n");
  t_.File("var/lib/pacman/local/glibc-2.37-1/files", "");
  const PackageDatabase& d = Open();
  EXPECT_EQ(d.kind(), "pacman");
  EXPECT_THAT(NeedsOf("git"), ElementsAre("glibc", "zlib", "-sh"));
  EXPECT_THAT(*d.Files(d.Find("git")),
              ElementsAre("/usr", "/usr/bin", "/usr/bin/git"));
  EXPECT_EQ(OwnerOf("/bin/git"), "git");
  EXPECT_EQ(OwnerOf("/etc/x"), "nobody");
}

TEST_F(Databases, PacmanDamaged) {
  t_.File("var/lib/pacman/local/x/desc", "%VERSION%\n1\n");
  EXPECT_THAT(Error(), EndsWith("/x/files': No such file or directory"));
  t_.File("var/lib/pacman/local/x/files", "");
  EXPECT_THAT(Error(), EndsWith("/x/desc': names no package"));
  t_.File("var/lib/pacman/local/ALPM_DB_VERSION", "10\n");
  EXPECT_THAT(Error(),
              EndsWith("ALPM_DB_VERSION': says that the database has version "
                       "'10', and this program reads version 9"));
}

}  // namespace
}  // namespace relocatable
