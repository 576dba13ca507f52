#include "elf/loader_start.h"

#include <string>

#include "elf/closure.h"
#include "elf/elf_builder.h"
#include "elf/fake_loader.h"
#include "elf/fake_tree.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

const char* const kOptions[] = {"--audit", "--inhibit-rpath", "--preload"};

std::string Glibc(int options) {
  FakeLoader loader;
  for (int i = 0; i < options; ++i) loader.strings.push_back(kOptions[i]);
  return loader.Glibc();
}

// doors_test (engines/conformance) has the one of much static TLS.
struct Row {
  const char* name;
  std::string loader;
  ElfBuilder program;
  std::string why;
};

class LoaderStart : public ::testing::TestWithParam<Row> {};

TEST_P(LoaderStart, IsForProgramsThatAreNoneTheWorseForIt) {
  const Row& row = GetParam();
  FakeTree tree;
  tree.AddFile("/lib64/ld.so", row.loader);
  tree.AddFile("/a/liba.so", ElfBuilder{}.Build().bytes);
  tree.AddFile("/prog", row.program.Build().bytes);
  const absl::StatusOr<Closure> closure = ComputeClosure(tree, "/prog");
  ASSERT_TRUE(closure.ok()) << closure.status();
  EXPECT_EQ(WhyNotByLoader(*closure), row.why);
}

ElfBuilder Program(const std::string& runpath) {
  return {
      .interpreter = "/lib64/ld.so", .needed = {"liba.so"}, .runpath = runpath};
}

INSTANTIATE_TEST_SUITE_P(
    Programs, LoaderStart,
    ::testing::Values(
        Row{"Usual", Glibc(3), Program("/a"), ""},
        Row{"OldGlibc", Glibc(2), Program("/a"),
            "its glibc is older than 2.31"},
        Row{"Musl", FakeLoader::Musl(), Program("/a"),
            "its ld.so is musl's, which has no auditing"},
        Row{"Origin", Glibc(3), Program("$ORIGIN/a"),
            "it looks for libraries in $ORIGIN"},
        Row{"Incomplete", Glibc(3), Program("/b"), "not all it needs is there"},
        Row{"Static", Glibc(3), ElfBuilder{.type = ET_EXEC, .dynamic = false},
            "it has no ld.so"}),
    [](const ::testing::TestParamInfo<Row>& info) { return info.param.name; });

}  // namespace
}  // namespace relocatable
