// One test per rule of search_glibc.h, named after it. Most put real files into
// a folder and hold our answer, rule included, against that of this machine's
// ld.so; what cannot be arranged on a real machine (default folders, a Guix)
// follows behind, in a tree made up.
#include "elf/search_glibc.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "elf/ask_ld_so.h"
#include "elf/closure.h"
#include "elf/elf_builder.h"
#include "elf/fake_loader.h"
#include "elf/fake_tree.h"
#include "elf/ld_cache_builder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kLoader[] = "/lib64/ld-linux-x86-64.so.2";

// Files in a folder of this machine. In all texts, @ is that folder.
class Real : public ::testing::Test {
 protected:
  Real() {
    char folder[] = "/tmp/search.XXXXXX";
    root_ = mkdtemp(folder);
  }
  ~Real() override { std::filesystem::remove_all(root_); }

  std::string Here(const std::string& text) const {
    return absl::StrReplaceAll(text, {{"@", root_}});
  }
  void AddText(const std::string& path, const std::string& text) {
    const std::string here = Here(path);
    std::filesystem::create_directories(Dirname(here));
    ASSERT_TRUE(WriteFile(here, text, 0755).ok()) << here;
  }
  void Add(const std::string& path, ElfBuilder file = {}) {
    for (std::string& s : file.needed) s = Here(s);
    if (file.rpath) file.rpath = Here(*file.rpath);
    if (file.runpath) file.runpath = Here(*file.runpath);
    AddText(path, file.Build().bytes);
  }
  void AddProgram(ElfBuilder file) {
    file.interpreter = kLoader;
    Add("@/bin/prog", file);
  }

  // Both answers agree, and contain these lines and no others.
  template <typename... Lines>
  void Expect(const Lines&... lines) {
    Listing expected = {Here(lines)...};
    std::string error;
    const std::string program = Here("@/bin/prog");
    const Listing theirs = AskLdSo(program, Here(library_path_), root_, &error);
    EXPECT_EQ(error, "");
    EXPECT_EQ(theirs, expected) << "ld.so";
    EXPECT_EQ(ListingOf(Ours()), expected) << "ours";
  }
  Closure Ours() {
    const HostTree tree;
    return *ComputeClosure(
        tree, Here("@/bin/prog"),
        {.search = {.library_path = Here(library_path_), .cwd = root_}});
  }
  // ld.so refuses to start the program, and we say why.
  void ExpectBroken(const std::string& theirs, const std::string& ours) {
    std::string error;
    AskLdSo(Here("@/bin/prog"), Here(library_path_), root_, &error);
    EXPECT_THAT(error, HasSubstr(theirs));
    EXPECT_EQ(Ours().requirements[0].problem, Here(ours));
  }

  std::string root_;
  std::string library_path_;
};

TEST_F(Real, RpathOfTheFileThatNeedsIt) {
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a"});
  Add("@/a/liba.so");
  Expect("liba.so => @/a/liba.so by RPATH from file @/bin/prog");
}

TEST_F(Real, RpathIsInheritedFromAllAbove) {
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libb.so"}, .rpath = "@/b"});
  Add("@/b/libb.so", {.needed = {"libc1.so", "libc2.so"}});
  Add("@/b/libc1.so");
  Add("@/a/libc2.so");
  Expect("liba.so => @/a/liba.so by RPATH from file @/bin/prog",
         "libb.so => @/b/libb.so by RPATH from file @/a/liba.so",
         "libc1.so => @/b/libc1.so by RPATH from file @/a/liba.so",
         "libc2.so => @/a/libc2.so by RPATH from file @/bin/prog");
}

TEST_F(Real, RpathOfTheNeedingFileComesBeforeTheProgramsOne) {
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libb.so"}, .rpath = "@/b"});
  Add("@/a/libb.so");
  Add("@/b/libb.so");
  Expect("liba.so => @/a/liba.so by RPATH from file @/bin/prog",
         "libb.so => @/b/libb.so by RPATH from file @/a/liba.so");
}

TEST_F(Real, RpathDoesNotCountBesideARunpath) {
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a", .runpath = "@/none"});
  Add("@/a/liba.so");
  Expect("liba.so => not found");
}

TEST_F(Real, AnEmptyRunpathDisablesTheRpathToo) {
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a", .runpath = ""});
  Add("@/a/liba.so");
  Expect("liba.so => not found");
}

TEST_F(Real, RpathsAboveAreNotUsedByAFileWithRunpath) {
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libb.so"}, .runpath = "@/none"});
  Add("@/a/libb.so");
  Expect("liba.so => @/a/liba.so by RPATH from file @/bin/prog",
         "libb.so => not found");
}

TEST_F(Real, RpathsAreInheritedPastAFileWithRunpath) {
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libb.so"}, .runpath = "@/b"});
  Add("@/b/libb.so", {.needed = {"libc1.so"}});
  Add("@/a/libc1.so");
  Expect("liba.so => @/a/liba.so by RPATH from file @/bin/prog",
         "libb.so => @/b/libb.so by RUNPATH from file @/a/liba.so",
         "libc1.so => @/a/libc1.so by RPATH from file @/bin/prog");
}

TEST_F(Real, RunpathOfTheFileThatNeedsItOnly) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libb.so"}});
  Add("@/a/libb.so");
  Expect("liba.so => @/a/liba.so by RUNPATH from file @/bin/prog",
         "libb.so => not found");
}

TEST_F(Real, LibraryPathComesBehindRpath) {
  library_path_ = "@/l";
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a"});
  Add("@/a/liba.so");
  Add("@/l/liba.so");
  Expect("liba.so => @/a/liba.so by RPATH from file @/bin/prog");
}

TEST_F(Real, LibraryPathComesBeforeRunpath) {
  library_path_ = "@/l";
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a"});
  Add("@/a/liba.so");
  Add("@/l/liba.so");
  Expect("liba.so => @/l/liba.so by LD_LIBRARY_PATH");
}

TEST_F(Real, LibraryPathTakesSemicolonsRpathDoesNot) {
  library_path_ = "@/none;@/l";
  AddProgram({.needed = {"liba.so", "libb.so"}, .rpath = "@/none;@/b"});
  Add("@/l/liba.so");
  Add("@/b/libb.so");
  Expect("liba.so => @/l/liba.so by LD_LIBRARY_PATH", "libb.so => not found");
}

TEST_F(Real, TheCacheComesBehindRunpath) {
  AddProgram({.needed = {"libc.so.6", "libz.so.1"}, .runpath = "@/a"});
  Add("@/a/libz.so.1");
  Expect("libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 by cache",
         "libz.so.1 => @/a/libz.so.1 by RUNPATH from file @/bin/prog");
}

TEST_F(Real, NodeflibForbidsCacheAndDefaultFolders) {
  AddProgram({.needed = {"libc.so.6"}, .flags_1 = DF_1_NODEFLIB});
  Expect("libc.so.6 => not found");
}

TEST_F(Real, NodeflibIsNotInherited) {
  AddProgram(
      {.needed = {"liba.so"}, .runpath = "@/a", .flags_1 = DF_1_NODEFLIB});
  Add("@/a/liba.so", {.needed = {"libz.so.1"}});
  const Listing ours = ListingOf(Ours());
  EXPECT_EQ(ours.count("libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 by cache"),
            1u);
  std::string error;
  EXPECT_EQ(AskLdSo(Here("@/bin/prog"), "", root_, &error), ours);
}

TEST_F(Real, OriginIsWhereTheFileWithTheTokenLies) {
  AddProgram({.needed = {"liba.so"}, .runpath = "$ORIGIN/../a"});
  Add("@/a/liba.so", {.needed = {"libb.so"}, .runpath = "${ORIGIN}/b"});
  Add("@/bin/../a/b/libb.so");
  Expect("liba.so => @/bin/../a/liba.so by RUNPATH from file @/bin/prog",
         "libb.so => @/bin/../a/b/libb.so by RUNPATH from file "
         "@/bin/../a/liba.so");
}

TEST_F(Real, OriginOfTheProgramIsBehindItsLinks) {
  Add("@/real/prog",
      {.interpreter = kLoader, .needed = {"liba.so"}, .runpath = "$ORIGIN/a"});
  Add("@/real/a/liba.so");
  std::filesystem::create_directories(root_ + "/bin");
  ASSERT_EQ(symlink("../real/prog", Here("@/bin/prog").c_str()), 0);
  Expect("liba.so => @/real/a/liba.so by RUNPATH from file @/bin/prog");
}

TEST_F(Real, OriginOfALibraryIsNotBehindItsLinks) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a"});
  Add("@/real/liba.so", {.needed = {"libb.so"}, .runpath = "$ORIGIN/sub"});
  Add("@/a/sub/libb.so");
  ASSERT_EQ(symlink("../real/liba.so", Here("@/a/liba.so").c_str()), 0);
  Expect("liba.so => @/a/liba.so by RUNPATH from file @/bin/prog",
         "libb.so => @/a/sub/libb.so by RUNPATH from file @/a/liba.so");
}

TEST_F(Real, LibAndPlatformAreTheLoadersOwn) {
  AddProgram(
      {.needed = {"liba.so", "libb.so"}, .runpath = "@/$LIB:@/p/$PLATFORM"});
  Add("@/lib/x86_64-linux-gnu/liba.so");
  const std::string b = "@/p/" + HostCpu().platform + "/libb.so";
  Add(b);
  Expect(
      "liba.so => @/lib/x86_64-linux-gnu/liba.so by RUNPATH from file "
      "@/bin/prog",
      "libb.so => " + b + " by RUNPATH from file @/bin/prog");
}

TEST_F(Real, TokensOfTheLibraryPathAreTheProgramsOwn) {
  library_path_ = "$ORIGIN/../l";
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libb.so"}});
  Add("@/l/libb.so");
  Expect("liba.so => @/a/liba.so by RUNPATH from file @/bin/prog",
         "libb.so => @/bin/../l/libb.so by LD_LIBRARY_PATH");
}

TEST_F(Real, UnknownTokensStay) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/$FOO:@/$ORIGINS"});
  Add("@/$ORIGINS/liba.so");
  Expect("liba.so => @/$ORIGINS/liba.so by RUNPATH from file @/bin/prog");
}

TEST_F(Real, AnEmptyElementIsTheCurrentFolder) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/none:"});
  Add("@/liba.so");
  Expect("liba.so => liba.so by RUNPATH from file @/bin/prog");
}

TEST_F(Real, ARelativeElementIsBelowTheCurrentFolder) {
  AddProgram({.needed = {"liba.so"}, .runpath = "sub//"});
  Add("@/sub/liba.so", {.needed = {"libb.so"}, .runpath = "$ORIGIN/x"});
  Add("@/sub/x/libb.so");
  Expect("liba.so => sub/liba.so by RUNPATH from file @/bin/prog",
         "libb.so => @/sub/x/libb.so by RUNPATH from file sub/liba.so");
}

TEST_F(Real, SlashesAtTheEndOfAnElementAreOne) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a///"});
  Add("@/a/liba.so");
  Expect("liba.so => @/a/liba.so by RUNPATH from file @/bin/prog");
}

TEST_F(Real, ANameWithASlashIsAPath) {
  AddProgram({.needed = {"@/x/liba.so", "$ORIGIN/libb.so", "c/libc1.so"}});
  Add("@/x/liba.so");
  Add("@/bin/libb.so");
  Add("@/c/libc1.so");
  Expect("@/x/liba.so", "@/bin/libb.so", "c/libc1.so");
}

TEST_F(Real, ANameWithASlashIsNotSearched) {
  AddProgram({.needed = {"x/liba.so"}, .runpath = "@/a"});
  Add("@/a/x/liba.so");
  Expect("x/liba.so => not found");
}

TEST_F(Real, ALoadedSonameSatisfiesLaterNeeds) {
  AddProgram({.needed = {"@/x/liba-2.so", "libb.so"}, .runpath = "@/b"});
  Add("@/x/liba-2.so", {.soname = "liba.so"});
  Add("@/b/libb.so", {.needed = {"liba.so"}});
  Expect("@/x/liba-2.so",
         "libb.so => @/b/libb.so by RUNPATH from file @/bin/prog");
}

TEST_F(Real, ASonameDoesNotSatisfyANeedBeforeItIsLoaded) {
  AddProgram({.needed = {"liba.so", "@/x/liba-2.so"}, .runpath = "@/b"});
  Add("@/x/liba-2.so", {.soname = "liba.so"});
  Expect("liba.so => not found", "@/x/liba-2.so");
}

TEST_F(Real, OneFileUnderTwoNamesIsLoadedOnce) {
  AddProgram({.needed = {"liba.so", "libb.so"}, .runpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libx.so"}});
  Add("@/a/libx.so");
  ASSERT_EQ(link(Here("@/a/liba.so").c_str(), Here("@/a/libb.so").c_str()), 0);
  Expect("liba.so => @/a/liba.so by RUNPATH from file @/bin/prog",
         "libx.so => not found");
}

TEST_F(Real, TheInterpreterIsKnownByItsSoname) {
  AddProgram({.needed = {"ld-linux-x86-64.so.2"}});
  Expect();
  EXPECT_EQ(Ours().requirements[0].object, 1);
}

TEST_F(Real, BreadthFirstDecidesWhoNeedsALibraryFirst) {
  // libx.so is needed by libb.so on level 1 and libaa.so on level 2; it is the
  // RUNPATH of libb.so that counts, although liba.so comes first.
  AddProgram({.needed = {"liba.so", "libb.so"}, .runpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libaa.so"}, .runpath = "@/aa"});
  Add("@/aa/libaa.so", {.needed = {"libx.so"}, .runpath = "@/x1"});
  Add("@/a/libb.so", {.needed = {"libx.so"}, .runpath = "@/x2"});
  Add("@/x1/libx.so");
  Add("@/x2/libx.so");
  Expect("liba.so => @/a/liba.so by RUNPATH from file @/bin/prog",
         "libb.so => @/a/libb.so by RUNPATH from file @/bin/prog",
         "libaa.so => @/aa/libaa.so by RUNPATH from file @/a/liba.so",
         "libx.so => @/x2/libx.so by RUNPATH from file @/a/libb.so");
}

TEST_F(Real, HwcapsSubfoldersComeFirst) {
  if (HostCpu().x86_level < 2)
    RELOC_SKIP("x86-64-v2", "an x86-64 of the first level");
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a:@/b"});
  Add("@/a/liba.so");
  Add("@/a/glibc-hwcaps/x86-64-v2/liba.so");
  Add("@/b/glibc-hwcaps/x86-64-v3/liba.so");
  Expect(
      "liba.so => @/a/glibc-hwcaps/x86-64-v2/liba.so by RUNPATH from file "
      "@/bin/prog");
  EXPECT_EQ(Ours().objects[2].found.folder, Here("@/a/"));
  EXPECT_EQ(Ours().objects[2].found.subfolder, "glibc-hwcaps/x86-64-v2");
}

TEST_F(Real, TheOlderSubfoldersCountToo) {
  // Debian 12 has glibc 2.36, the last with them.
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a"});
  Add("@/a/liba.so");
  Add("@/a/tls/liba.so");
  Expect("liba.so => @/a/tls/liba.so by RUNPATH from file @/bin/prog");
}

TEST_F(Real, ALibraryOfAnotherClassIsPassedOver) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/32:@/arm:@/a"});
  Add("@/32/liba.so", {.is_64 = false, .machine = EM_386});
  Add("@/arm/liba.so", {.machine = EM_AARCH64});
  Add("@/a/liba.so");
  Expect("liba.so => @/a/liba.so by RUNPATH from file @/bin/prog");
}

TEST_F(Real, TheAbiTagDoesNotMatter) {
  // Up to 2.35 ld.so passed over libraries for newer kernels and other systems.
  AddProgram({.needed = {"liba.so"}, .runpath = "@/hurd:@/a"});
  Add("@/hurd/liba.so", {.notes = {AbiTag(1, 99, 0, 0)}});
  Add("@/a/liba.so");
  Expect("liba.so => @/hurd/liba.so by RUNPATH from file @/bin/prog");
}

TEST_F(Real, AFileThatIsNoLibraryEndsTheSearch) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/bad:@/a"});
  AddText("@/bad/liba.so", std::string(100, 'x'));
  Add("@/a/liba.so");
  ExpectBroken("liba.so: invalid ELF header",
               "'@/bad/liba.so': is not an ELF file");
}

TEST_F(Real, AnEmptyFileEndsTheSearch) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/bad:@/a"});
  AddText("@/bad/liba.so", "");
  Add("@/a/liba.so");
  ExpectBroken("liba.so: file too short",
               "'@/bad/liba.so': is not an ELF file");
}

TEST_F(Real, AFolderOfThatNameEndsTheSearch) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/bad:@/a"});
  Add("@/bad/liba.so/x");
  Add("@/a/liba.so");
  ExpectBroken("liba.so: cannot read file data",
               "'@/bad/liba.so': is a directory");
}

TEST_F(Real, AnObjectFileEndsTheSearch) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/bad:@/a"});
  Add("@/bad/liba.so", {.type = ET_REL});
  Add("@/a/liba.so");
  ExpectBroken("only ET_DYN and ET_EXEC can be loaded",
               "'@/bad/liba.so': is neither library nor program");
}

TEST_F(Real, ALinkThatLeadsNowhereIsPassedOver) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/bad:@/a"});
  Add("@/a/liba.so");
  std::filesystem::create_directories(root_ + "/bad");
  ASSERT_EQ(symlink("nowhere", Here("@/bad/liba.so").c_str()), 0);
  Expect("liba.so => @/a/liba.so by RUNPATH from file @/bin/prog");
}

TEST_F(Real, ALinkLoopEndsTheList) {
  // But not the search: the next list is asked.
  AddProgram({.needed = {"libz.so.1"}, .runpath = "@/bad:@/a"});
  Add("@/a/libz.so.1");
  std::filesystem::create_directories(root_ + "/bad");
  ASSERT_EQ(symlink("libz.so.1", Here("@/bad/libz.so.1").c_str()), 0);
  const Closure ours = Ours();
  EXPECT_EQ(ours.objects[2].found.rule, SearchRule::kCache);
  std::string error;
  EXPECT_EQ(AskLdSo(Here("@/bin/prog"), "", root_, &error), ListingOf(ours));
}

TEST_F(Real, WhatIsMissingIsAllNamed) {
  AddProgram({.needed = {"liba.so", "libb.so"}, .runpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libc1.so"}});
  Expect("liba.so => @/a/liba.so by RUNPATH from file @/bin/prog",
         "libb.so => not found", "libc1.so => not found");
  EXPECT_FALSE(Ours().complete());
}

TEST_F(Real, FiltersAreNeededAuxiliaryFiltersAreNot) {
  AddProgram({.needed = {"liba.so"},
              .filters = {"libf.so"},
              .auxiliary = {"libg.so", "libh.so"},
              .runpath = "@/a"});
  Add("@/a/liba.so");
  Add("@/a/libf.so");
  Add("@/a/libh.so");
  const std::string by = " by RUNPATH from file @/bin/prog";
  EXPECT_THAT(ListingOf(Ours()),
              ElementsAre(Here("liba.so => @/a/liba.so" + by),
                          Here("libf.so => @/a/libf.so" + by),
                          Here("libh.so => @/a/libh.so" + by)));
  EXPECT_TRUE(Ours().complete());
  // ld.so loads them too, but does not list them.
  const Finished f = RunProgram(
      {Here("@/bin/prog")},
      {.env = {"LD_TRACE_LOADED_OBJECTS=1", "LD_DEBUG=libs"}, .set_env = true});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_THAT(f.err, HasSubstr(Here("trying file=@/a/libf.so\n")));
  EXPECT_THAT(f.err, HasSubstr(Here("trying file=@/a/libh.so\n")));
}

// This machine's programs, libraries and all.
class Programs : public ::testing::TestWithParam<const char*> {};

TEST_P(Programs, AreListedAsLdSoListsThem) {
  const HostTree tree;
  const auto ours = ComputeClosure(tree, GetParam());
  ASSERT_TRUE(ours.ok()) << ours.status();
  EXPECT_TRUE(ours->complete());
  std::string error;
  const Listing theirs = AskLdSo(GetParam(), "", "/", &error);
  EXPECT_EQ(error, "");
  EXPECT_FALSE(theirs.empty());
  EXPECT_EQ(ListingOf(*ours), theirs);
}

INSTANTIATE_TEST_SUITE_P(Debian, Programs,
                         ::testing::Values("/bin/bash", "/bin/ls",
                                           "/usr/bin/git", "/usr/bin/python3",
                                           "/usr/bin/nix", "/usr/bin/gcc",
                                           "/usr/bin/strace", "/bin/tar"));

// Made up: a tree with an ld.so of our choice, and a closure in it.
class MadeUp : public ::testing::Test {
 protected:
  void Add(const std::string& path, const ElfBuilder& file = {}) {
    tree_.AddFile(path, file.Build().bytes);
  }
  void AddProgram(ElfBuilder file, const std::string& path = "/bin/prog") {
    file.interpreter = "/lib64/ld.so";
    program_ = path;
    Add(path, file);
  }
  void AddLoader(const FakeLoader& loader) {
    tree_.AddFile("/lib64/ld.so", loader.Glibc());
  }
  Listing List() {
    const auto closure = ComputeClosure(tree_, program_, settings_);
    EXPECT_TRUE(closure.ok()) << closure.status();
    EXPECT_EQ(closure->loader_problem, "");
    return ListingOf(*closure);
  }

  FakeTree tree_;
  std::string program_;
  ClosureSettings settings_;
};

TEST_F(MadeUp, DefaultFoldersInTheirOrder) {
  AddLoader({.folders = {"/one/", "/two/"}});
  AddProgram({.needed = {"liba.so", "libb.so"}});
  Add("/one/liba.so");
  Add("/two/liba.so");
  Add("/two/libb.so");
  EXPECT_THAT(List(),
              ElementsAre("liba.so => /one/liba.so by system search path",
                          "libb.so => /two/libb.so by system search path"));
}

TEST_F(MadeUp, TheCacheComesBeforeDefaultFolders) {
  AddLoader({.folders = {"/one/"}});
  AddProgram({.needed = {"liba.so"}});
  Add("/one/liba.so");
  Add("/cached/liba.so");
  tree_.AddFile(
      "/etc/ld.so.cache",
      CacheBuilder{{{.name = "liba.so", .path = "/cached/liba.so"}}}.Build());
  EXPECT_THAT(List(), ElementsAre("liba.so => /cached/liba.so by cache"));
  settings_.search.use_cache = false;
  EXPECT_THAT(List(),
              ElementsAre("liba.so => /one/liba.so by system search path"));
}

TEST_F(MadeUp, ACacheEntryWithoutItsFileIsPassedOver) {
  AddLoader({.folders = {"/one/"}});
  AddProgram({.needed = {"liba.so"}});
  Add("/one/liba.so");
  tree_.AddFile(
      "/etc/ld.so.cache",
      CacheBuilder{{{.name = "liba.so", .path = "/cached/liba.so"}}}.Build());
  EXPECT_THAT(List(),
              ElementsAre("liba.so => /one/liba.so by system search path"));
}

TEST_F(MadeUp, ADamagedCacheIsNone) {
  AddLoader({.folders = {"/one/"}});
  AddProgram({.needed = {"liba.so"}});
  Add("/one/liba.so");
  tree_.AddFile("/etc/ld.so.cache", "glibc-ld.so.cache1.1");
  EXPECT_THAT(List(),
              ElementsAre("liba.so => /one/liba.so by system search path"));
}

TEST_F(MadeUp, NodeflibAllowsCacheEntriesElsewhere) {
  AddLoader({.folders = {"/one/"}});
  AddProgram({.needed = {"liba.so", "libb.so"}, .flags_1 = DF_1_NODEFLIB});
  Add("/one/sub/liba.so");
  Add("/opt/libb.so");
  tree_.AddFile("/etc/ld.so.cache",
                CacheBuilder{{{.name = "liba.so", .path = "/one/sub/liba.so"},
                              {.name = "libb.so", .path = "/opt/libb.so"}}}
                    .Build());
  EXPECT_THAT(List(), ElementsAre("liba.so => not found",
                                  "libb.so => /opt/libb.so by cache"));
}

TEST_F(MadeUp, GuixCacheOfTheItemComesBeforeRunpath) {
  AddLoader({.folders = {"/gnu/store/x-glibc-2.35/lib/"},
             .strings = {"/ld.so cache is lacking"}});
  AddProgram({.needed = {"liba.so", "libb.so"}, .runpath = "/gnu/store/run"},
             "/gnu/store/p-hello/bin/hello");
  Add("/gnu/store/run/liba.so");
  Add("/gnu/store/run/libb.so");
  Add("/gnu/store/cached/liba.so");
  tree_.AddFile(
      "/gnu/store/p-hello/etc/ld.so.cache",
      CacheBuilder{{{.name = "liba.so", .path = "/gnu/store/cached/liba.so"}}}
          .Build());
  EXPECT_THAT(List(),
              ElementsAre("liba.so => /gnu/store/cached/liba.so by cache",
                          "libb.so => /gnu/store/run/libb.so by RUNPATH from "
                          "file /gnu/store/p-hello/bin/hello"));
}

TEST_F(MadeUp, GuixProgramsElsewhereHaveNoCache) {
  AddLoader({.folders = {"/gnu/store/x-glibc-2.35/lib/"},
             .strings = {"/ld.so cache is lacking"}});
  AddProgram({.needed = {"liba.so"}}, "/home/u/bin/hello");
  Add("/cached/liba.so");
  tree_.AddFile(
      "/etc/ld.so.cache",
      CacheBuilder{{{.name = "liba.so", .path = "/cached/liba.so"}}}.Build());
  EXPECT_THAT(List(), ElementsAre("liba.so => not found"));
}

TEST_F(MadeUp, WithoutHwcapsOfTheProcessorTheFolderItself) {
  AddLoader({});
  AddProgram({.needed = {"liba.so"}, .runpath = "/a"});
  Add("/a/liba.so");
  Add("/a/glibc-hwcaps/x86-64-v3/liba.so");
  settings_.search.cpu = {.x86_level = 2, .platform = "x86_64"};
  EXPECT_THAT(List(), ElementsAre("liba.so => /a/liba.so by RUNPATH from file "
                                  "/bin/prog"));
  settings_.search.cpu.x86_level = 3;
  EXPECT_THAT(List(),
              ElementsAre("liba.so => /a/glibc-hwcaps/x86-64-v3/liba.so by "
                          "RUNPATH from file /bin/prog"));
}

TEST_F(MadeUp, AnUnreadableFolderIsPassedOver) {
  AddLoader({});
  AddProgram({.needed = {"liba.so"}, .runpath = "/secret:/a"});
  tree_.AddFolder("/secret");
  tree_.Break("/secret/liba.so", EACCES);
  Add("/a/liba.so");
  EXPECT_THAT(List(), ElementsAre("liba.so => /a/liba.so by RUNPATH from file "
                                  "/bin/prog"));
}

TEST(Closure, FloorsAreThoseOfAllFiles) {
  FakeTree tree;
  tree.AddFile("/ld.so", FakeLoader{}.Glibc());
  tree.AddFile("/prog", ElfBuilder{.interpreter = "/ld.so",
                                   .needed = {"/liba.so"},
                                   .version_needs = {{"l", {"GLIBC_2.34"}}},
                                   .notes = {AbiTag(0, 3, 2, 0)}}
                            .Build()
                            .bytes);
  tree.AddFile("/liba.so",
               ElfBuilder{.version_needs = {{"l", {"GLIBC_2.4"}}},
                          .notes = {AbiTag(0, 4, 18, 0), NeedsX86Level(3)}}
                   .Build()
                   .bytes);
  const auto closure = ComputeClosure(tree, "/prog");
  ASSERT_TRUE(closure.ok()) << closure.status();
  EXPECT_EQ(closure->glibc_floor()->ToString(), "2.34");
  EXPECT_EQ(closure->kernel_floor()->ToString(), "4.18");
  EXPECT_EQ(closure->x86_level(), 3);
}

TEST(Closure, WithoutItsInterpreterNothingIsSearched) {
  FakeTree tree;
  tree.AddFile("/prog",
               ElfBuilder{.interpreter = "/ld.so", .needed = {"/liba.so"}}
                   .Build()
                   .bytes);
  tree.AddFile("/liba.so", ElfBuilder{}.Build().bytes);
  const auto closure = ComputeClosure(tree, "/prog");
  ASSERT_TRUE(closure.ok()) << closure.status();
  EXPECT_FALSE(closure->complete());
  EXPECT_EQ(closure->loader_problem, "'/ld.so': No such file or directory");
  EXPECT_EQ(closure->requirements[0].problem,
            "not searched for (no interpreter)");
}

TEST(Closure, AStaticProgramIsComplete) {
  FakeTree tree;
  tree.AddFile("/prog",
               ElfBuilder{.type = ET_EXEC, .dynamic = false}.Build().bytes);
  const auto closure = ComputeClosure(tree, "/prog");
  ASSERT_TRUE(closure.ok()) << closure.status();
  EXPECT_TRUE(closure->complete());
  EXPECT_EQ(closure->objects.size(), 1u);
  EXPECT_THAT(closure->requirements, IsEmpty());
}

TEST(Closure, SaysWhatIsNoProgram) {
  FakeTree tree;
  tree.AddFile("/text", "text");
  EXPECT_EQ(std::string(ComputeClosure(tree, "/text").status().message()),
            "'/text': is not an ELF file");
  EXPECT_EQ(std::string(ComputeClosure(tree, "/none").status().message()),
            "'/none': No such file or directory");
}

}  // namespace
}  // namespace relocatable
