#include "elf/hwcaps.h"

#include <elf.h>

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

Hwcaps Of(const char* glibc, const Cpu& cpu, uint16_t machine = EM_X86_64) {
  const Loader loader =
      *ReadLoader(*MemorySource(FakeLoader{.version = glibc}.Glibc()));
  ElfHeader header;
  header.is_64 = true;
  header.machine = machine;
  return HwcapsFor(loader, header, cpu);
}

TEST(Hwcaps, BestFirstAndTheFolderItselfLast) {
  const Hwcaps h = Of("2.37", {.x86_level = 3, .platform = "x86_64"});
  EXPECT_THAT(h.names, ElementsAre("x86-64-v3", "x86-64-v2"));
  EXPECT_THAT(h.subfolders, ElementsAre("glibc-hwcaps/x86-64-v3/",
                                        "glibc-hwcaps/x86-64-v2/", ""));
}

TEST(Hwcaps, NoneOnTheBaseline) {
  EXPECT_THAT(Of("2.37", {.x86_level = 1}).subfolders, ElementsAre(""));
}

TEST(Hwcaps, NoneForAnotherProcessor) {
  const Hwcaps h =
      Of("2.37", {.x86_level = 4, .platform = "haswell"}, EM_AARCH64);
  EXPECT_THAT(h.subfolders, ElementsAre(""));
  EXPECT_EQ(h.platform, "aarch64");
}

TEST(Hwcaps, CombinationsUpTo236) {
  EXPECT_THAT(Of("2.36", {.x86_level = 2, .platform = "haswell"}).subfolders,
              ElementsAre("glibc-hwcaps/x86-64-v2/", "tls/haswell/x86_64/",
                          "tls/haswell/", "tls/x86_64/", "tls/",
                          "haswell/x86_64/", "haswell/", "x86_64/", ""));
}

TEST(Hwcaps, CombinationsOnlyBefore233) {
  EXPECT_THAT(Of("", {.x86_level = 3, .platform = "p"}).subfolders[0],
              "tls/p/x86_64/");
}

// ld.so shows its list where it looks for a library that is nowhere.
TEST(Hwcaps, AreThoseOfThisMachinesLoader) {
  const auto file = OpenSource(kLoader);
  const auto loader = ReadLoader(**file);
  ASSERT_TRUE(loader.ok()) << loader.status();
  const std::string folder = ::testing::TempDir() + "/hwcaps/";
  const Finished f = RunProgram({kLoader, "--library-path", folder, "--preload",
                                 "libnowhere.so", "--list", "/bin/true"},
                                {.env = {"LD_DEBUG=libs"}, .set_env = true});
  std::vector<std::string> tried;
  for (absl::string_view line : absl::StrSplit(f.err, '\n')) {
    const size_t at = line.find("trying file=" + folder);
    if (at == absl::string_view::npos) continue;
    line.remove_prefix(at + 12 + folder.size());
    if (!absl::ConsumeSuffix(&line, "libnowhere.so")) continue;
    tried.push_back(std::string(line));
  }
  ElfHeader header;
  header.is_64 = true;
  header.machine = EM_X86_64;
  EXPECT_FALSE(tried.empty()) << f.err;
  EXPECT_EQ(HwcapsFor(*loader, header, HostCpu()).subfolders, tried);
}

}  // namespace
}  // namespace relocatable
