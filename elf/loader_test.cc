#include "elf/loader.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/subprocess.h"
#include "elf/elf_builder.h"
#include "elf/fake_loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;

constexpr char kLoader[] = "/lib64/ld-linux-x86-64.so.2";

absl::StatusOr<Loader> Read(const std::string& bytes) {
  return ReadLoader(*MemorySource(bytes));
}

// What the ld.so says itself: lines NAME=VALUE.
std::string Diagnostic(const std::string& name) {
  const Finished f = RunProgram({kLoader, "--list-diagnostics"});
  for (absl::string_view line : absl::StrSplit(f.out, '\n')) {
    if (absl::ConsumePrefix(&line, name + "=\"")) {
      return std::string(absl::StripSuffix(line, "\""));
    }
  }
  return "";
}

TEST(ThisMachinesLoader, SaysTheSameOfItself) {
  const auto file = OpenSource(kLoader);
  ASSERT_TRUE(file.ok()) << file.status();
  const absl::StatusOr<Loader> loader = ReadLoader(**file);
  ASSERT_TRUE(loader.ok()) << loader.status();
  EXPECT_EQ(loader->family, LoaderFamily::kGlibc);
  std::vector<std::string> folders;
  for (int i = 0;; ++i) {
    const std::string folder =
        Diagnostic(absl::StrCat("path.system_dirs[0x", i, "]"));
    if (folder.empty()) break;
    folders.push_back(folder);
  }
  EXPECT_FALSE(folders.empty());
  EXPECT_EQ(loader->default_folders, folders);
  EXPECT_EQ(loader->lib_token, Diagnostic("dl_dst_lib"));
  EXPECT_EQ(loader->cache, Diagnostic("path.sysconfdir") + "/ld.so.cache");
  const std::string version = RunProgram({kLoader, "--version"}).out;
  EXPECT_THAT(version, ::testing::HasSubstr(" version " +
                                            loader->version->ToString() + "."));
  EXPECT_EQ(loader->soname, "ld-linux-x86-64.so.2");
}

TEST(ThisMachinesLoader, HasTheOptionsItsHelpNames) {
  const auto file = OpenSource(kLoader);
  const absl::StatusOr<Loader> loader = ReadLoader(**file);
  ASSERT_TRUE(loader.ok()) << loader.status();
  const std::string help = RunProgram({kLoader, "--help"}).out;
  const auto in_help = [&](const char* option) {
    return absl::StrContains(help, absl::StrCat("\n  ", option, " "));
  };
  EXPECT_EQ(loader->has_argv0, in_help("--argv0"));
  EXPECT_EQ(loader->has_preload, in_help("--preload"));
  EXPECT_EQ(loader->has_audit, in_help("--audit"));
  EXPECT_EQ(loader->has_library_path, in_help("--library-path"));
  EXPECT_EQ(loader->has_inhibit_rpath, in_help("--inhibit-rpath"));
}

TEST(ThisMachinesMusl, IsKnown) {
  const auto file = OpenSource("/lib/ld-musl-x86_64.so.1");
  ASSERT_TRUE(file.ok()) << file.status();
  const absl::StatusOr<Loader> loader = ReadLoader(**file);
  ASSERT_TRUE(loader.ok()) << loader.status();
  EXPECT_EQ(loader->family, LoaderFamily::kMusl);
  EXPECT_THAT(RunProgram({"/lib/ld-musl-x86_64.so.1"}).err,
              ::testing::HasSubstr("Version " + loader->version->ToString()));
  EXPECT_THAT(loader->default_folders,
              ElementsAre("/lib/", "/usr/local/lib/", "/usr/lib/"));
  EXPECT_EQ(loader->path_file, "ld-musl-x86_64.path");
  EXPECT_TRUE(loader->has_argv0 && loader->has_preload &&
              loader->has_library_path);
  EXPECT_FALSE(loader->has_audit || loader->has_inhibit_rpath);
}

TEST(Glibc, DefaultFoldersNeedNoNulBeforeThem) {
  // As in i386's ld.so, where a table of numbers stands there; and the worst
  // case, a printable byte.
  for (const char* glued : {"\x80\x01", "A"}) {
    const auto loader = Read(FakeLoader{.glued_before_folders = glued}.Glibc());
    ASSERT_TRUE(loader.ok()) << loader.status();
    EXPECT_THAT(loader->default_folders, ElementsAre("/lib64/", "/usr/lib64/"));
  }
}

TEST(Glibc, OfNixHasOneFolderAndItsOwnCache) {
  const std::string lib = "/nix/store/abc-glibc-2.35/lib/";
  const auto loader = Read(FakeLoader{
      .version = "2.35",
      .folders = {lib},
      .strings = {"/nix/store/abc-glibc-2.35/etc/ld.so.cache",
                  "--argv0"}}.Glibc());
  ASSERT_TRUE(loader.ok()) << loader.status();
  EXPECT_THAT(loader->default_folders, ElementsAre(lib));
  EXPECT_EQ(loader->lib_token, "lib");
  EXPECT_EQ(loader->cache_kind, CacheKind::kFile);
  EXPECT_EQ(loader->cache, "/nix/store/abc-glibc-2.35/etc/ld.so.cache");
  EXPECT_TRUE(loader->has_argv0);
  EXPECT_FALSE(loader->has_audit);
}

TEST(Glibc, OfGuixHasACacheInEachStoreItem) {
  const auto loader = Read(FakeLoader{
      .folders = {"/gnu/store/abc-glibc-2.35/lib/"},
      .strings = {
          "/ld.so cache is lacking",
          "/etc/ld.so.cache"}}.Glibc());
  ASSERT_TRUE(loader.ok()) << loader.status();
  EXPECT_EQ(loader->cache_kind, CacheKind::kStoreItem);
}

TEST(Glibc, SubfoldersDependOnItsVersion) {
  const auto of = [](const char* version) {
    return *Read(FakeLoader{.version = version}.Glibc());
  };
  EXPECT_TRUE(of("2.37").has_glibc_hwcaps());
  EXPECT_FALSE(of("2.37").has_legacy_hwcaps());
  EXPECT_TRUE(of("2.36").has_glibc_hwcaps());
  EXPECT_TRUE(of("2.36").has_legacy_hwcaps());
  EXPECT_FALSE(of("").has_glibc_hwcaps());
  EXPECT_TRUE(of("").has_legacy_hwcaps());
}

TEST(Loader, IsNotEveryLibrary) {
  EXPECT_EQ(std::string(Read(ElfBuilder{}.Build().bytes).status().message()),
            "is no ld.so that is known here (neither glibc's nor musl's)");
  EXPECT_EQ(std::string(Read("text").status().message()), "is not an ELF file");
  EXPECT_EQ(
      std::string(Read(FakeLoader{.folders = {}}.Glibc()).status().message()),
      "names no default folder, as every ld.so of glibc does");
}

}  // namespace
}  // namespace relocatable
