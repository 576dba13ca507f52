#include "cli/inspect_elf.h"

#include <elf.h>

#include "base/subprocess.h"
#include "elf/elf_builder.h"
#include "elf/fake_loader.h"
#include "elf/fake_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace relocatable {
namespace {

using ::testing::HasSubstr;

FakeTree Tree() {
  FakeTree tree;
  tree.AddFile("/lib64/ld.so", FakeLoader{.version = "2.37"}.Glibc());
  tree.AddFile("/bin/prog",
               ElfBuilder{.interpreter = "/lib64/ld.so",
                          .needed = {"liba.so", "libb.so"},
                          .runpath = "/a",
                          .version_needs = {{"libc.so.6", {"GLIBC_2.34"}}},
                          .notes = {AbiTag(0, 3, 2, 0), NeedsX86Level(2)}}
                   .Build()
                   .bytes);
  tree.AddFile("/a/liba.so", ElfBuilder{}.Build().bytes);
  return tree;
}

TEST(InspectElf, TextNamesEachLibraryItsRuleAndWhatIsMissing) {
  const FakeTree tree = Tree();
  const auto closure = InspectElf(tree, "/bin/prog", "");
  ASSERT_TRUE(closure.ok()) << closure.status();
  EXPECT_EQ(ElfReportText(*closure),
            "/bin/prog: dynamic program for x86-64\n"
            "  interpreter  /lib64/ld.so (glibc 2.37)\n"
            "  at least     glibc 2.34, Linux 3.2, x86-64-v2\n"
            "  libraries\n"
            "    liba.so  /a/liba.so (RUNPATH of /bin/prog)\n"
            "    libb.so  not found (needed by /bin/prog)\n");
}

TEST(InspectElf, JsonIsTheSameForMachines) {
  const FakeTree tree = Tree();
  const auto closure = InspectElf(tree, "/bin/prog", "");
  ASSERT_TRUE(closure.ok()) << closure.status();
  EXPECT_EQ(nlohmann::json::parse(ElfReportJson(*closure)),
            nlohmann::json::parse(R"({
    "format": 1, "path": "/bin/prog", "kind": "dynamic", "machine": "x86-64",
    "bits": 64, "byte_order": "little", "build_id": null, "go": null,
    "interpreter": {"path": "/lib64/ld.so", "family": "glibc",
                    "version": "2.37", "problem": null},
    "complete": false,
    "floor": {"glibc": "2.34", "kernel": "3.2", "cpu": "x86-64-v2"},
    "needed": [
      {"name": "liba.so", "by": "/bin/prog", "optional": false,
       "path": "/a/liba.so", "rule": "runpath", "source": "/bin/prog",
       "subfolder": null, "problem": null},
      {"name": "libb.so", "by": "/bin/prog", "optional": false, "path": null,
       "rule": null, "source": null, "subfolder": null,
       "problem": "not found"}]})"));
}

TEST(InspectElf, StaticProgramsHaveNoInterpreter) {
  FakeTree tree;
  tree.AddFile("/prog",
               ElfBuilder{.type = ET_EXEC, .dynamic = false}.Build().bytes);
  const auto closure = InspectElf(tree, "/prog", "");
  ASSERT_TRUE(closure.ok()) << closure.status();
  EXPECT_EQ(ElfReportText(*closure), "/prog: static program for x86-64\n");
  const nlohmann::json json = nlohmann::json::parse(ElfReportJson(*closure));
  EXPECT_EQ(json["kind"], "static");
  EXPECT_TRUE(json["interpreter"].is_null());
  EXPECT_TRUE(json["complete"].get<bool>());
}

TEST(InspectElf, NamesThatAreNotUtf8DoNotHurt) {
  FakeTree tree;
  tree.AddFile("/prog", ElfBuilder{.needed = {"\xff.so"}}.Build().bytes);
  const auto closure = InspectElf(tree, "/prog", "");
  ASSERT_TRUE(closure.ok()) << closure.status();
  EXPECT_THAT(ElfReportJson(*closure), HasSubstr("\xef\xbf\xbd.so"));
}

TEST(InspectElf, SaysWhatIsNoElfFile) {
  const HostTree tree;
  EXPECT_EQ(std::string(InspectElf(tree, "/etc/passwd", "").status().message()),
            "'/etc/passwd': is not an ELF file");
}

TEST(InspectElf, LibrariesAreLookedAtWithThisMachinesLoader) {
  const HostTree tree;
  const auto closure =
      InspectElf(tree, "/usr/lib/x86_64-linux-gnu/libsqlite3.so.0", "");
  ASSERT_TRUE(closure.ok()) << closure.status();
  EXPECT_TRUE(closure->complete());
  EXPECT_THAT(ElfReportText(*closure),
              HasSubstr("libc.so.6  /lib/x86_64-linux-gnu/libc.so.6 "
                        "(/etc/ld.so.cache)"));
}

TEST(ElfCommandLine, RunsInAShell) {
  const HostTree tree;
  const auto closure = InspectElf(tree, "/usr/bin/git", "");
  ASSERT_TRUE(closure.ok()) << closure.status();
  const auto line = ElfCommandLine(tree, *closure, {});
  ASSERT_TRUE(line.ok()) << line.status();
  const Finished f = RunProgram({"/bin/sh", "-c", *line + " --version"});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_THAT(f.out, HasSubstr("git version"));
}

}  // namespace
}  // namespace relocatable
