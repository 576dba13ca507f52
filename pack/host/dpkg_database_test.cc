#include "pack/host/dpkg_database.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/host/temp_host.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

class Dpkg : public ::testing::Test {
 protected:
  PackageDatabase& Open() {
    host_.Write();
    auto database = OpenDpkgDatabase(root_);
    EXPECT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    return *database_;
  }

  std::string Error() {
    return std::string(OpenDpkgDatabase(root_).status().message());
  }

  // "libc6", "perl?" for a recommended one, "-x" for one that nothing gives.
  std::vector<std::string> NeedsOf(absl::string_view name) {
    std::vector<std::string> needs;
    for (const PackageNeed& need : database_->Needs(database_->Find(name))) {
      needs.push_back(need.package == kNoPackage
                          ? absl::StrCat("-", need.text)
                          : database_->packages()[need.package].name +
                                (need.recommended ? "?" : ""));
    }
    return needs;
  }

  std::string OwnerOf(absl::string_view path) {
    const auto owner = database_->OwnerOf(path);
    EXPECT_TRUE(owner.ok()) << owner.status();
    return *owner == kNoPackage ? "nobody" : database_->packages()[*owner].name;
  }

  TempHost host_;
  GuestRoot root_{host_.root()};
  std::unique_ptr<PackageDatabase> database_;
};

TEST_F(Dpkg, AMachineWithout) {
  const auto database = OpenDpkgDatabase(root_);
  ASSERT_TRUE(database.ok());
  EXPECT_EQ(*database, nullptr);
}

TEST_F(Dpkg, NeedsAreThoseOfWhatIsInstalled) {
  host_.Package("a",
                "Depends: missing | b, c (>= 2), virtual, virtual (>= 1), "
                "versioned (>= 3)\nPre-Depends: libc6\nRecommends: d, e\n",
                {});
  host_.Package("b", "Provides: virtual, versioned (= 3)\n", {});
  host_.Package("c", "", {});
  host_.Package("d", "", {});
  host_.Package("libc6", "", {});
  Open();
  EXPECT_THAT(NeedsOf("a"), ElementsAre("libc6", "b", "-c", "b", "-virtual",
                                        "b", "d?", "-e"));
  EXPECT_THAT(NeedsOf("b"), IsEmpty());
}

TEST_F(Dpkg, OnlyWhatHasFilesIsThere) {
  host_.Paragraph("Package: gone\nStatus: deinstall ok config-files\n");
  host_.Paragraph("Package: never\nStatus: unknown ok not-installed\n");
  host_.Paragraph("Package: half\nStatus: install reinstreq half-installed\n");
  host_.Paragraph("Package: waits\nStatus: install ok triggers-awaited\n");
  const PackageDatabase& d = Open();
  EXPECT_EQ(d.Find("gone"), kNoPackage);
  EXPECT_EQ(d.Find("never"), kNoPackage);
  EXPECT_EQ(d.packages()[d.Find("half")].trouble, "half-installed");
  EXPECT_EQ(d.packages()[d.Find("waits")].trouble, "");
}

TEST_F(Dpkg, OfOneNameTheMachinesOwnProcessor) {
  host_.Paragraph(
      "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\n");
  host_.Paragraph(
      "Package: l\nStatus: install ok installed\nArchitecture: i386\n"
      "Version: 1\nDepends: m\nMulti-Arch: same\n");
  host_.Paragraph(
      "Package: l\nStatus: install ok installed\nArchitecture: amd64\n"
      "Version: 1\nDepends: m\nMulti-Arch: same\n");
  host_.Paragraph(
      "Package: m\nStatus: install ok installed\nArchitecture: i386\n"
      "Version: 1\n");
  host_.Paragraph(
      "Package: m\nStatus: install ok installed\nArchitecture: amd64\n"
      "Version: 1\n");
  host_.File("/var/lib/dpkg/info/l:i386.list", "/usr/lib/i386/l\n");
  const PackageDatabase& d = Open();
  const auto architecture = [&](uint32_t i) {
    return d.packages()[i].architecture;
  };
  EXPECT_EQ(architecture(d.Find("l")), "amd64");
  EXPECT_EQ(architecture(d.Find("l:i386")), "i386");
  EXPECT_EQ(d.Find("l:arm64"), kNoPackage);
  EXPECT_EQ(architecture(d.Needs(d.Find("l:i386"))[0].package), "i386");
  EXPECT_THAT(*d.Files(d.Find("l:i386")), ElementsAre("/usr/lib/i386/l"));
}

TEST_F(Dpkg, OwnersByBothSpellings) {
  host_.Package("old", "", {"/lib/l.so", "/bin/b"});
  host_.Package("new", "", {"/usr/lib/n.so", "/usr/share/bin/x"});
  Open();
  EXPECT_EQ(OwnerOf("/usr/lib/l.so"), "old");
  EXPECT_EQ(OwnerOf("/lib/l.so"), "old");
  EXPECT_EQ(OwnerOf("/usr/bin/b"), "old");
  EXPECT_EQ(OwnerOf("/lib/n.so"), "new");
  EXPECT_EQ(OwnerOf("/share/bin/x"), "nobody");
  EXPECT_EQ(OwnerOf("/usr/bin/x"), "nobody");
}

TEST_F(Dpkg, DivertedFilesAreWhereTheyAre) {
  host_.File("/usr/bin/perf.orig", "a's", 0755);
  host_.Package("a", "", {"/usr/bin/perf", "/usr/bin/sh"});
  host_.Package("wrapper", "", {"/usr/bin/perf"});
  host_.File("/var/lib/dpkg/diversions",
             "/usr/bin/perf\n/usr/bin/perf.orig\nwrapper\n"
             "/bin/sh\n/bin/sh.distrib\n:\n");
  const PackageDatabase& d = Open();
  EXPECT_EQ(OwnerOf("/usr/bin/perf"), "wrapper");
  EXPECT_EQ(OwnerOf("/usr/bin/perf.orig"), "a");
  EXPECT_EQ(OwnerOf("/usr/bin/sh"), "nobody");
  EXPECT_THAT(*d.Files(d.Find("a")),
              ElementsAre("/usr/bin/perf.orig", "/bin/sh.distrib"));
  EXPECT_THAT(*d.Files(d.Find("wrapper")), ElementsAre("/usr/bin/perf"));
}

TEST_F(Dpkg, APackageWithoutAListHasAnError) {
  host_.Paragraph("Package: a\nStatus: install ok installed\n");
  const PackageDatabase& d = Open();
  EXPECT_THAT(std::string(d.Files(d.Find("a")).status().message()),
              EndsWith("info/a.list': No such file or directory"));
  EXPECT_EQ(OwnerOf("/x"), "nobody");  // as dpkg -S has it
}

TEST_F(Dpkg, DamageIsOneLine) {
  host_.File("/var/lib/dpkg/status", "Package: a\nStatus\n");
  EXPECT_THAT(Error(),
              EndsWith("/var/lib/dpkg/status': line 2: is no field of a "
                       "package ('Name: value')"));
  host_.File("/var/lib/dpkg/status", "Status: install ok installed\n");
  EXPECT_THAT(Error(), EndsWith("status': has a paragraph without the name of "
                                "a package"));
  host_.File("/var/lib/dpkg/status", "Package: ../../etc/x\n");
  EXPECT_THAT(Error(), EndsWith("without the name of a package"));
  host_.File("/var/lib/dpkg/status", "");
  host_.File("/var/lib/dpkg/diversions", "/a\n/b\n");
  EXPECT_THAT(Error(),
              EndsWith("diversions': ends within a diversion (line 2)"));
  host_.File("/var/lib/dpkg/info/format", "2\n");
  EXPECT_THAT(Error(),
              EndsWith("info/format': says that dpkg's lists have the format "
                       "'2', and this program reads format 1"));
}

}  // namespace
}  // namespace relocatable
