// Commands made here are started for real, as root and as an ordinary user.
#include "elf/loader_command.h"

#include <elf.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "elf/elf_builder.h"
#include "elf/fake_loader.h"
#include "elf/fake_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uid_t kOrdinaryUser = 65534;

Finished Start(const LoaderCommand& command, RunOptions options = {}) {
  std::vector<std::string> argv = command.argv;
  argv[0] = command.file;
  return RunProgram(argv, options);
}

LoaderCommand Plain(const FileTree& tree, const std::string& program,
                    const CommandRequest& request) {
  const HostTree host;
  const auto closure = ComputeClosure(tree, program);
  EXPECT_TRUE(closure.ok()) << closure.status();
  const auto command = PlainCommand(tree, host, *closure, request);
  EXPECT_TRUE(command.ok()) << command.status();
  return command.value_or(LoaderCommand{.file = "/bin/false", .argv = {""}});
}

struct ProgramCase {
  const char* program;
  std::vector<std::string> args;
  const char* expect;
};

class Debian : public ::testing::TestWithParam<ProgramCase> {};

TEST_P(Debian, ProgramsRunThroughTheirLoader) {
  const HostTree tree;
  const ProgramCase& c = GetParam();
  const LoaderCommand command =
      Plain(tree, c.program, {.name = "a name", .args = c.args});
  for (const uid_t uid : {uid_t{0}, kOrdinaryUser}) {
    if (uid != 0 && getuid() != 0) continue;  // we are an ordinary user already
    const Finished f = Start(command, {.cwd = "/", .uid = uid});
    EXPECT_EQ(f.status, 0) << f.err;
    EXPECT_THAT(f.out, HasSubstr(c.expect)) << ShellLine(command);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Programs, Debian,
    ::testing::Values(
        ProgramCase{"/bin/sh", {"-c", "echo \"$0\""}, "a name\n"},
        ProgramCase{"/bin/bash", {"-c", "echo \"$0 $*\"", "x", "y z"}, "x y z"},
        ProgramCase{"/usr/bin/git", {"--version"}, "git version"},
        ProgramCase{"/usr/bin/python3",
                    {"-c", "import sys; print(sys.orig_argv[0])"},
                    "a name\n"}));

TEST(PlainCommand, IsExactlyThis) {
  const HostTree tree;
  const LoaderCommand command =
      Plain(tree, "/bin/sh",
            {.name = "sh", .args = {"-c", "x"}, .library_path = "/l"});
  EXPECT_THAT(command.argv,
              ElementsAre("/lib64/ld-linux-x86-64.so.2", "--argv0", "sh",
                          "--library-path", "/l:/usr/lib/x86_64-linux-gnu",
                          "/usr/bin/dash", "-c", "x"));
  EXPECT_EQ(command.file, "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
  EXPECT_TRUE(command.passes_name);
}

// A root elsewhere, as a pack has it: the program may use nothing outside.
class Moved : public ::testing::Test {
 protected:
  Moved() {
    char folder[] = "/tmp/moved.XXXXXX";
    root_ = mkdtemp(folder);
    std::filesystem::permissions(root_, std::filesystem::perms(0755));
  }
  ~Moved() override { std::filesystem::remove_all(root_); }

  void Copy(const std::string& from, const std::string& to) {
    std::filesystem::create_directories(Dirname(root_ + to));
    std::filesystem::copy_file(from, root_ + to);
  }
  void Add(const std::string& path, ElfBuilder file) {
    std::filesystem::create_directories(Dirname(root_ + path));
    ASSERT_TRUE(WriteFile(root_ + path, file.Build().bytes, 0755).ok());
  }
  std::string Refusal(const std::string& program) {
    const HostTree tree({TreeMount{"/", root_}});
    const HostTree host;
    const auto closure = ComputeClosure(tree, program);
    if (!closure.ok()) return std::string(closure.status().message());
    return std::string(
        PlainCommand(tree, host, *closure, {}).status().message());
  }
  void AddGlibc() {
    Copy("/lib64/ld-linux-x86-64.so.2", "/lib64/ld-linux-x86-64.so.2");
    Copy("/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6");
  }

  std::string root_;
};

TEST_F(Moved, ProgramsUseNothingOutside) {
  AddGlibc();
  Copy("/bin/cat", "/store/my item/bin/cat");
  const HostTree tree({TreeMount{"/", root_}});
  const LoaderCommand command =
      Plain(tree, "/store/my item/bin/cat",
            {.name = "cat", .args = {"/proc/self/maps"}});
  const Finished f = Start(command, {.cwd = "/", .uid = kOrdinaryUser});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_THAT(f.out, HasSubstr(root_ + "/lib/x86_64-linux-gnu/libc.so.6"));
  EXPECT_THAT(f.out, Not(HasSubstr(" /usr/lib/x86_64-linux-gnu")));
  EXPECT_EQ(ShellLine(command),
            absl::StrReplaceAll("@/lib64/ld-linux-x86-64.so.2 --argv0 cat "
                                "--library-path @/lib/x86_64-linux-gnu "
                                "'@/store/my item/bin/cat' /proc/self/maps",
                                {{"@", root_}}));
}

TEST_F(Moved, TheRightOneOfTwoFoldersComesFirst) {
  AddGlibc();
  const std::string loader = "/lib64/ld-linux-x86-64.so.2";
  // liba.so comes from /a, which has another libb.so; that one is from /b.
  Add("/prog", {.interpreter = loader,
                .needed = {"liba.so", "libm1.so"},
                .runpath = "/a:/m"});
  Add("/a/liba.so", {});
  Add("/a/libb.so", {.soname = "wrong"});
  Add("/m/libm1.so", {.needed = {"libb.so"}, .runpath = "/b"});
  Add("/b/libb.so", {.soname = "right"});
  const HostTree tree({TreeMount{"/", root_}});
  const LoaderCommand command = Plain(tree, "/prog", {});
  EXPECT_EQ(command.argv[4],
            absl::StrReplaceAll("@/b:@/a:@/m", {{"@", root_}}));
}

TEST_F(Moved, FoldersThatContradictEachOtherAreRefused) {
  AddGlibc();
  Add("/prog", {.interpreter = "/lib64/ld-linux-x86-64.so.2",
                .needed = {"liba.so", "libm1.so"},
                .runpath = "/a:/m"});
  Add("/a/liba.so", {});
  Add("/a/libb.so", {.soname = "wrong"});
  Add("/m/libm1.so", {.needed = {"libb.so"}, .runpath = "/b"});
  Add("/b/libb.so", {.soname = "right"});
  Add("/b/liba.so", {.soname = "wrong"});
  EXPECT_EQ(Refusal("/prog"),
            absl::StrReplaceAll(
                "'/prog': --library-path cannot make ld.so find liba.so in "
                "'@/a' (an engine that translates paths can run it)",
                {{"@", root_}}));
}

TEST_F(Moved, RpathIntoThePrefixIsRefused) {
  AddGlibc();
  Add("/prog", {.interpreter = "/lib64/ld-linux-x86-64.so.2",
                .needed = {"liba.so"},
                .rpath = "/nothing:$ORIGIN:/a"});
  Add("/a/liba.so", {});
  EXPECT_EQ(Refusal("/prog"),
            "'/prog': the DT_RPATH of '/prog' names '/a', which is elsewhere "
            "on this host (an engine that translates paths can run it)");
}

TEST_F(Moved, NeededPathIntoThePrefixIsRefused) {
  AddGlibc();
  Add("/prog",
      {.interpreter = "/lib64/ld-linux-x86-64.so.2", .needed = {"/a/liba.so"}});
  Add("/a/liba.so", {});
  EXPECT_EQ(Refusal("/prog"),
            "'/prog': it needs '/a/liba.so' by its path, which is elsewhere "
            "on this host (an engine that translates paths can run it)");
}

TEST_F(Moved, WhatIsMissingIsRefused) {
  Add("/prog", {.interpreter = "/ld.so", .needed = {"libc.so.6"}});
  EXPECT_EQ(Refusal("/prog"),
            "'/prog': its interpreter cannot be used: '/ld.so': No such file "
            "or directory");
  Copy("/lib64/ld-linux-x86-64.so.2", "/ld.so");
  EXPECT_EQ(Refusal("/prog"), "'/prog': needs libc.so.6: not found");
}

TEST_F(Moved, StaticProgramsAreRefused) {
  Add("/prog", {.type = ET_EXEC, .dynamic = false});
  EXPECT_EQ(Refusal("/prog"),
            "'/prog': has no interpreter, so no ld.so can start it (start it "
            "directly)");
}

// Made up: other ld.so than this machine's.
LoaderCommand MadeUp(const std::string& loader) {
  FakeTree tree;
  tree.AddFile("/lib64/ld.so", loader);
  tree.AddFile("/bin/prog", ElfBuilder{.interpreter = "/lib64/ld.so",
                                       .needed = {"liba.so"},
                                       .runpath = "/a"}
                                .Build()
                                .bytes);
  tree.AddFile("/a/liba.so", ElfBuilder{}.Build().bytes);
  const Closure closure = *ComputeClosure(tree, "/bin/prog");
  // The host's tree: the same files where HostPath says they are.
  FakeTree host;
  host.AddFile("/fake/a/liba.so", "");
  FakeTree same = tree;
  same.AddHardLink("/fake/a/liba.so", "/a/liba.so");
  const CommandRequest request{.name = "name", .args = {"x"}};
  const auto command = PlainCommand(tree, same, closure, request);
  EXPECT_TRUE(command.ok()) << command.status();
  return command.value_or(LoaderCommand{});
}

const char* const kOptions[] = {"--library-path", "--audit", "--inhibit-rpath"};

TEST(PlainCommand, WithoutArgv0BeforeGlibc233) {
  const LoaderCommand command = MadeUp(
      FakeLoader{.version = "", .strings = {kOptions[0], kOptions[1]}}.Glibc());
  EXPECT_THAT(command.argv, ElementsAre("/lib64/ld.so", "--library-path",
                                        "/fake/a", "/fake/bin/prog", "x"));
  EXPECT_FALSE(command.passes_name);
}

TEST(PlainCommand, OfMusl) {
  EXPECT_THAT(MadeUp(FakeLoader::Musl()).argv,
              ElementsAre("/lib64/ld.so", "--argv0", "name", "--library-path",
                          "/fake/a", "--", "/fake/bin/prog", "x"));
}

TEST(ShellLine, QuotesWhatTheShellWouldTakeApart) {
  EXPECT_EQ(
      ShellLine({.file = "/ld.so", .argv = {"x", "a b", "", "it's", "$x"}}),
      "/ld.so 'a b' '' 'it'\\''s' '$x'");
}

}  // namespace
}  // namespace relocatable
