#include "cli/program_needs.h"

#include <elf.h>

#include "elf/elf_builder.h"
#include "elf/fake_loader.h"
#include "elf/fake_tree.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr char kKernel[] = "6.1.0-18-amd64";

ProgramNeeds Needs(const ElfBuilder& program) {
  FakeTree tree;
  tree.AddFile("/lib/ld.so", FakeLoader{.version = "2.37"}.Glibc());
  tree.AddFile("/p", program.Build().bytes);
  tree.AddFile("/s", "#!/p\n");
  const auto needs = FindProgramNeeds(tree, "/s", "");
  EXPECT_TRUE(needs.ok()) << needs.status();
  return needs.ok() ? *needs : ProgramNeeds{};
}

TEST(ProgramNeeds, AScriptNeedsWhatItsInterpreterDoes) {
  const ProgramNeeds dynamic = Needs({.interpreter = "/lib/ld.so"});
  EXPECT_EQ(WhyNotHere(dynamic, kKernel), "");
  EXPECT_EQ(dynamic.scripts.program, "/p");
  EXPECT_FALSE(dynamic.traits.is_static);
  EXPECT_FALSE(dynamic.traits.is_32_bit);
  EXPECT_FALSE(dynamic.gains_rights);
  EXPECT_EQ(dynamic.traits.fixed.end, 0u);  // it goes to any address
  const ProgramNeeds fixed = Needs({.type = ET_EXEC, .dynamic = false});
  EXPECT_TRUE(fixed.traits.is_static);
  EXPECT_GT(fixed.traits.fixed.end, fixed.traits.fixed.begin);
}

TEST(ProgramNeeds, WhatNoEngineCanGive) {
  EXPECT_EQ(WhyNowhere(Needs({.machine = EM_AARCH64})),
            "it is for another processor, AArch64");
  EXPECT_EQ(WhyNowhere(Needs({.interpreter = "/absent"})),
            "its interpreter cannot be used: '/absent': No such file or "
            "directory");
  EXPECT_EQ(WhyNowhere(Needs(
                {.interpreter = "/lib/ld.so", .needed = {"libabsent.so.1"}})),
            "it needs libabsent.so.1: not found");
}

TEST(ProgramNeeds, WhatThisMachineCannotGive) {
  const ProgramNeeds newer =
      Needs({.interpreter = "/lib/ld.so", .notes = {AbiTag(0, 6, 2, 0)}});
  EXPECT_EQ(WhyNotHere(newer, kKernel),
            "it needs Linux 6.2, and this machine has 6.1.0-18-amd64");
  EXPECT_EQ(WhyNowhere(newer), "");
  EXPECT_EQ(WhyNotHere(Needs({.interpreter = "/lib/ld.so",
                              .notes = {AbiTag(0, 6, 1, 0)}}),
                       kKernel),
            "");
}

TEST(ProgramNeeds, RightsThatTheFileGives) {
  const auto needs = FindProgramNeeds(HostTree(), "/usr/bin/passwd", "");
  ASSERT_TRUE(needs.ok()) << needs.status();
  EXPECT_TRUE(needs->gains_rights);
}

}  // namespace
}  // namespace relocatable
