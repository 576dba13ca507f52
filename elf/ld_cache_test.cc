#include "elf/ld_cache.h"

#include <elf.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "elf/ld_cache_builder.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr int32_t kX86_64 = 0x303;

std::string Find(const std::string& bytes, absl::string_view name,
                 const std::vector<std::string>& hwcaps = {},
                 int32_t flags = kX86_64) {
  const auto cache = ParseLdCache(bytes, ByteOrder::kLittle);
  if (!cache.ok()) return std::string(cache.status().message());
  const CacheEntry* entry = FindInCache(*cache, name, flags, hwcaps);
  return entry == nullptr ? "" : std::string(entry->path);
}

TEST(LdCache, FindsByNameAndKind) {
  const std::string cache = CacheBuilder{
      {{.flags = 3, .name = "liba.so", .path = "/32/liba.so"},
       {.name = "liba.so",
        .path = "/64/liba.so"}}}.Build();
  EXPECT_EQ(Find(cache, "liba.so"), "/64/liba.so");
  EXPECT_EQ(Find(cache, "liba.so", {}, 3), "/32/liba.so");
  EXPECT_EQ(Find(cache, "libb.so"), "");
}

TEST(LdCache, TakesTheFirstOfEqualOnes) {
  EXPECT_EQ(Find(CacheBuilder{{{.name = "liba.so", .path = "/1"},
                               {.name = "liba.so", .path = "/2"}}}
                     .Build(),
                 "liba.so"),
            "/1");
}

TEST(LdCache, PrefersTheBestSubfolderThisProcessorHas) {
  const std::string cache = CacheBuilder{
      {{.name = "liba.so", .path = "/v2", .hwcap = 0},
       {.name = "liba.so", .path = "/v3", .hwcap = 1},
       {.name = "liba.so", .path = "/plain"}},
      {"x86-64-v2",
       "x86-64-v3"}}.Build();
  EXPECT_EQ(Find(cache, "liba.so", {"x86-64-v4", "x86-64-v3", "x86-64-v2"}),
            "/v3");
  EXPECT_EQ(Find(cache, "liba.so", {"x86-64-v2"}), "/v2");
  EXPECT_EQ(Find(cache, "liba.so", {}), "/plain");
}

TEST(LdCache, PassesOverTheOlderScheme) {
  EXPECT_EQ(
      Find(
          CacheBuilder{
              {{.name = "liba.so", .path = "/tls", .legacy_hwcaps = 1ull << 63},
               {.name = "liba.so", .path = "/plain"}}}
              .Build(),
          "liba.so"),
      "/plain");
}

TEST(LdCache, StepsOverTheOldTable) {
  EXPECT_EQ(Find(CacheBuilder{.entries = {{.name = "liba.so", .path = "/1"}},
                              .old_table = true}
                     .Build(),
                 "liba.so"),
            "/1");
}

TEST(LdCache, NamesDifferByMoreThanLeadingZeros) {
  EXPECT_TRUE(SameCacheName("liba.so.1", "liba.so.01"));
  EXPECT_TRUE(SameCacheName("liba.so.0", "liba.so.00"));
  EXPECT_FALSE(SameCacheName("liba.so.10", "liba.so.1"));
  EXPECT_FALSE(SameCacheName("liba.so.1", "liba.so.100"));
  EXPECT_FALSE(SameCacheName("liba.so", "liba.so.1"));
}

TEST(LdCache, KindsOfProcessors) {
  const auto flags = [](uint16_t machine, bool is_64, uint32_t e_flags = 0) {
    ElfHeader h;
    h.machine = machine;
    h.is_64 = is_64;
    h.flags = e_flags;
    return CacheFlags(h).value_or(0);
  };
  EXPECT_EQ(flags(EM_X86_64, true), 0x303);
  EXPECT_EQ(flags(EM_X86_64, false), 0x803);
  EXPECT_EQ(flags(EM_386, false), 0x003);
  EXPECT_EQ(flags(EM_AARCH64, true), 0xa03);
  EXPECT_EQ(flags(EM_ARM, false, 0x400), 0x903);
  EXPECT_EQ(flags(4711, true), 0);
}

struct BadCase {
  const char* name;
  size_t offset;
  uint64_t value;
  int size;
  const char* message;
};

class Bad : public ::testing::TestWithParam<BadCase> {};

TEST_P(Bad, IsNamed) {
  std::string cache = CacheBuilder{
      {{.name = "a", .path = "/a", .hwcap = 0}},
      {"x86-64-v2"}}.Build();
  ASSERT_EQ(Find(cache, "a", {"x86-64-v2"}), "/a");
  const BadCase& c = GetParam();
  cache.replace(c.offset, c.size, CacheBuilder::Number(c.value, c.size));
  EXPECT_EQ(Find(cache, "a"), c.message);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Bad,
    ::testing::Values(
        BadCase{"Magic", 0, 'x', 1, "is not an ld.so.cache"},
        BadCase{"Count", 20, 0xffffffff, 4,
                "ends at 116, before the end of the cache's entries "
                "(103079215080 bytes at 48)"},
        BadCase{"Invalid", 28, 1, 1, "is marked as invalid"},
        BadCase{"Order", 28, 3, 1,
                "is an ld.so.cache for the other byte order"},
        BadCase{"Extension", 32, 4711, 4,
                "ends at 116, before the end of the cache's extensions (4 "
                "bytes at 4711)"},
        BadCase{"ExtensionMagic", 32, 48, 4, "is not an ld.so.cache"},
        BadCase{"SectionCount", 92, 0xffffffff, 4,
                "ends at 116, before the end of the cache's extensions (4 "
                "bytes at 116)"},
        BadCase{"SectionOffset", 104, 0xffffffff, 4,
                "ends at 116, before the end of the cache's extensions "
                "(4 bytes at 4294967295)"},
        BadCase{"SubfolderString", 112, 4711, 4,
                "ends at 116, before the end of a sub-directory's name (1 "
                "bytes at 4711)"},
        BadCase{"SubfolderIndex", 64, 7, 1, "names sub-directory 7 of 1"},
        BadCase{"Name", 52, 4711, 4,
                "ends at 116, before the end of a library's name (1 bytes at "
                "4711)"},
        BadCase{"Path", 56, 0xffffffff, 4,
                "ends at 116, before the end of a library's path (1 bytes at "
                "4294967295)"}),
    [](const ::testing::TestParamInfo<BadCase>& i) { return i.param.name; });

TEST(Bad, StringsThatNeverEnd) {
  std::string cache =
      CacheBuilder{{{.name = "a", .path = std::string(5000, 'x')}}}.Build();
  EXPECT_EQ(Find(cache, "a"), "has no NUL behind a library's path at 74");
}

// ldconfig -p prints: "\tNAME (libc6,x86-64[, hwcap: …]) => PATH".
TEST(ThisMachinesCache, IsReadAsLdconfigReadsIt) {
  const auto bytes = ReadFile("/etc/ld.so.cache");
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  const auto cache = ParseLdCache(*bytes, ByteOrder::kLittle);
  ASSERT_TRUE(cache.ok()) << cache.status();
  std::multiset<std::string> ours, theirs;
  for (const CacheEntry& e : *cache) {
    ours.insert(absl::StrCat(e.name, " => ", e.path));
  }
  const Finished f = RunProgram({"/sbin/ldconfig", "-p"});
  for (absl::string_view line : absl::StrSplit(f.out, '\n')) {
    const std::vector<absl::string_view> sides = absl::StrSplit(line, " => ");
    if (sides.size() != 2 || !absl::StartsWith(line, "\t")) continue;
    const absl::string_view name = sides[0].substr(1, sides[0].find(' ') - 1);
    theirs.insert(absl::StrCat(name, " => ", sides[1]));
  }
  EXPECT_GT(ours.size(), 10u);
  EXPECT_EQ(ours, theirs);
}

}  // namespace
}  // namespace relocatable
