#include "cli/pack_programs.h"

#include <elf.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "elf/elf_builder.h"
#include "elf/fake_loader.h"
#include "engines/all.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;

constexpr char kStore[] = "/gnu/store", kLoader[] = "/gnu/store/ld.so";

class PackPrograms : public ::testing::Test {
 protected:
  PackPrograms() {
    manifest_.mounts = {{kStore, "root/gnu/store"}};
    Add("ld.so", FakeLoader{.version = "2.36"}.Glibc());
  }

  void Add(const std::string& file, const std::string& content) {
    t_.File(absl::StrCat("root", kStore, "/", file), content, 0755);
  }

  // What is said of this one program.
  PackProgram Examine(const std::string& content) {
    Add("p", content);
    manifest_.names = {{"bin/p", absl::StrCat(kStore, "/p")}};
    return ExaminePackPrograms(t_.root(), manifest_)[0];
  }

  TempTree t_;
  Manifest manifest_;
};

TEST_F(PackPrograms, ADynamicProgramThatAllEnginesServe) {
  const PackProgram p = Examine(ElfBuilder{
      .interpreter = kLoader, .notes = {AbiTag(0, 5, 4, 0), NeedsX86Level(2)}}
                                    .Build()
                                    .bytes);
  EXPECT_EQ(p.name, "bin/p");
  EXPECT_EQ(p.kind, "dynamic");
  EXPECT_EQ(p.problem, "");
  EXPECT_EQ(p.why_not.size(), AllEngines().size());
  EXPECT_THAT(p.why_not, Each(IsEmpty()));
  EXPECT_EQ(p.floor.kernel->ToString(), "5.4");
  EXPECT_EQ(p.floor.x86_level, 2);
}

TEST_F(PackPrograms, AScriptIsServedLikeItsInterpreter) {
  Add("sh", ElfBuilder{.interpreter = kLoader}.Build().bytes);
  const PackProgram p = Examine("#!/gnu/store/sh\n");
  EXPECT_EQ(p.kind, "script");
  EXPECT_EQ(p.problem, "");
  EXPECT_THAT(p.why_not, Each(IsEmpty()));
  EXPECT_EQ(Examine("#!/gnu/store/gone\n").problem,
            "'/gnu/store/gone': No such file or directory");
}

TEST_F(PackPrograms, WhatIsMissingIsAProblem) {
  EXPECT_EQ(
      Examine(ElfBuilder{.interpreter = kLoader, .needed = {"libabsent.so.1"}}
                  .Build()
                  .bytes)
          .problem,
      "it needs libabsent.so.1: not found");
  const PackProgram text = Examine("no program");
  EXPECT_EQ(text.problem, "'/gnu/store/p': is not an ELF file");
  EXPECT_EQ(text.kind, "");
  EXPECT_THAT(text.why_not, IsEmpty());
}

TEST_F(PackPrograms, TheFloorIsTheHighest) {
  PackProgram old, recent, silent;
  old.floor = {Version{3, 2, 0}, 1};
  recent.floor = {Version{5, 4, 0}, 0};
  const Floor floor = FloorOf({old, recent, silent});
  EXPECT_EQ(floor.kernel->ToString(), "5.4");
  EXPECT_EQ(floor.x86_level, 1);
  EXPECT_FALSE(FloorOf({silent}).kernel.has_value());
}

}  // namespace
}  // namespace relocatable
