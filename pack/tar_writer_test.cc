#include "pack/tar_writer.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/files.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/fd_sink.h"
#include "pack/interrupt.h"
#include "pack/sample_plan.h"
#include "pack/string_sink.h"
#include "pack/tar_header.h"
#include "pack/temp_tree.h"
#include "pack/tree_writer.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Tar(const Plan& plan, const WriteOptions& options = {}) {
  StringSink sink(4096);
  const absl::Status status = WriteTar(plan, "sample", options, sink);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(sink.finished, 1);
  return sink.bytes;
}

std::string Sorted(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "\n");
}

std::string Output(const std::vector<std::string>& argv,
                   RunOptions options = {}) {
  options.env = {"LC_ALL=C", "TZ=UTC0", "PATH=/usr/bin:/bin"};
  options.set_env = true;
  const Finished program = RunProgram(argv, options);
  EXPECT_EQ(program.status, 0) << argv[0] << ": " << program.err;
  EXPECT_EQ(program.err, "") << argv[0];
  return program.out;
}

// The same bytes as GNU tar writes for the pack as a tree.
TEST(WriteTar, IsWhatGnuTarWrites) {
  TempTree t;
  const Plan plan = SamplePlan(t);
  ASSERT_TRUE(WriteTree(plan, t.Dir("out/sample"), "sample", {}).ok());
  const std::string expected = Output(
      {"tar", "--format=gnu", "--sort=name", "--mtime=@1", "--owner=root:0",
       "--group=root:0", "-C", t.Path("out"), "-cf", "-", "sample"});
  const std::string ours = Tar(plan);
  EXPECT_EQ(ours.size(), expected.size());
  EXPECT_TRUE(ours == expected);
}

// What a reader makes of the archive, as an ordinary user. busybox sets the
// modes of directories at once, and then cannot write into those that are
// read-only: it needs to be root, in a user namespace if nowhere else.
struct Reader {
  const char* name;
  std::vector<std::string> unpack;
};

class Readers : public ::testing::TestWithParam<Reader> {
 protected:
  // root's home, where the tests' own directory may be, is closed to others.
  Readers() { setenv("TEST_TMPDIR", "/tmp", 1); }
};

TEST_P(Readers, UnpackTheSameTree) {
  TempTree t;
  t.Dir(".", 0755);
  const Plan plan = SamplePlan(t);
  ASSERT_TRUE(WriteTree(plan, t.Dir("tree"), "tree", {}).ok());
  ASSERT_TRUE(WriteFile(t.Path("x.tar"), Tar(plan), 0644).ok());
  t.Dir("out", 0777);
  std::vector<std::string> argv = GetParam().unpack;
  argv.push_back(t.Path("x.tar"));
  RunOptions options = {.cwd = t.Path("out")};
  if (getuid() == 0) options.uid = 65534;
  if (argv[0] == "unshare" &&
      RunProgram({"unshare", "-r", "true"}, options).status != 0) {
    RELOC_SKIP("userns", "no user namespace to be root in");
  }
  Output(argv, options);
  const auto listing = [&](const std::string& top) {
    return Output({"find", ".", "-mindepth", "1", "-printf", "%P %y %m %l\n"},
                  {.cwd = t.Path(top)});
  };
  EXPECT_EQ(Sorted(listing("out/sample")), Sorted(listing("tree")));
  EXPECT_EQ(Output({"diff", "-r", "--no-dereference", t.Path("out/sample"),
                    t.Path("tree")}),
            "");
  struct stat first, second;
  ASSERT_EQ(
      stat(t.Path("out/sample/root/gnu/store/a-one/bin/prog").c_str(), &first),
      0);
  ASSERT_EQ(
      stat(t.Path("out/sample/root/gnu/store/a-one/bin/prog-again").c_str(),
           &second),
      0);
  EXPECT_EQ(first.st_ino, second.st_ino);
  EXPECT_EQ(first.st_mtim.tv_sec, 1);
}

INSTANTIATE_TEST_SUITE_P(
    All, Readers,
    ::testing::Values(Reader{"GnuTar", {"tar", "-xf"}},
                      Reader{"Bsdtar", {"bsdtar", "-xf"}},
                      Reader{"Busybox",
                             {"unshare", "-r", "busybox", "tar", "-xf"}}),
    [](const ::testing::TestParamInfo<Reader>& i) { return i.param.name; });

// A hole of 9 GiB, so that no disk is filled.
TEST(WriteTar, AFileOfMoreThan8GiB) {
  TempTree t;
  const int64_t size = (int64_t{9} << 30) + 1;
  ASSERT_EQ(truncate(t.File("item", "").c_str(), size), 0);
  Plan plan;
  plan.nodes = {
      {.path = "big", .kind = PlanNode::kItem, .source = t.Path("item")},
      {.path = "small", .kind = PlanNode::kContent, .text = "after"}};
  // Only the header's bytes are looked at: reading it all takes seconds.
  StringSink sink(4096);
  sink.full_at = 4096;
  EXPECT_EQ(WriteTar(plan, "p", {}, sink).message(), "full");
  for (const char* program : {"tar", "bsdtar", "busybox"}) {
    std::vector<std::string> argv = {program};
    if (argv[0] == "busybox") argv.push_back("tar");
    argv.insert(argv.end(), {"-tvf", "-"});
    // The archive ends early, and the reader says so; but it has seen the size.
    const Finished list = RunProgram(argv, {.input = sink.bytes});
    EXPECT_THAT(list.out, HasSubstr("9663676417")) << program << list.err;
  }
}

TEST(WriteTar, TheSourceDateIsNotThePayloads) {
  TempTree t;
  const Plan plan = SamplePlan(t);
  ASSERT_TRUE(
      WriteFile(t.Path("x.tar"), Tar(plan, {.time = 1700000000}), 0644).ok());
  const std::string list =
      Output({"tar", "--full-time", "-tvf", t.Path("x.tar")});
  const std::string now = "2023-11-14 22:13:20 ",
                    store = "1970-01-01 00:00:01 ";
  for (const char* own : {"sample/\n", "sample/bin/\n", "sample/launch\n",
                          "sample/relocatable\n", "sample/root/\n"}) {
    EXPECT_THAT(list, HasSubstr(now + own));
    EXPECT_THAT(list, Not(HasSubstr(store + own)));
  }
  EXPECT_THAT(list, HasSubstr(store + "sample/root/gnu/store/b-two\n"));
  EXPECT_THAT(list, Not(HasSubstr(now + "sample/root/gnu/store/b-two\n")));
}

TEST(WriteTar, AFileThatChanges) {
  TempTree t;
  const std::string file = t.File("item/a", "12345");
  Plan plan;
  plan.nodes = {
      {.path = "i", .kind = PlanNode::kItem, .source = t.Path("item")}};
  const auto write = [&](int64_t size) {
    // The writer's first progress comes between opening and reading the rest.
    StringSink sink(2);
    return WriteTar(
        plan, "p",
        {.progress =
             [&](uint64_t) { EXPECT_EQ(truncate(file.c_str(), size), 0); }},
        sink);
  };
  EXPECT_EQ(write(3).message(),
            absl::StrCat("'", file,
                         "': changed while it was read (it had 5 bytes, now it "
                         "has 3; pack it when nothing writes to it)"));
  ASSERT_TRUE(WriteFile(file, "12345", 0644).ok());
  EXPECT_EQ(write(9).message(),
            absl::StrCat("'", file,
                         "': changed while it was read (it had 5 bytes, now it "
                         "has 9; pack it when nothing writes to it)"));
}

TEST(WriteTar, SaysThatTheDiskIsFull) {
  TempTree t;
  const Fd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  FdSink sink(full.get(), "standard output");
  EXPECT_EQ(WriteTar(SamplePlan(t), "p", {}, sink).message(),
            "cannot write standard output: No space left on device");
}

TEST(WriteTar, EndsWhenInterrupted) {
  TempTree t;
  const Plan plan = SamplePlan(t);
  const CatchInterrupts guard;
  StringSink sink(4096);
  EXPECT_EQ(
      WriteTar(plan, "p", {.progress = [](uint64_t) { raise(SIGTERM); }}, sink)
          .code(),
      absl::StatusCode::kCancelled);
  EXPECT_EQ(sink.finished, 0);
}

}  // namespace
}  // namespace relocatable
