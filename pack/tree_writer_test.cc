#include "pack/tree_writer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/sample_plan.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;

struct stat Lstat(const std::string& path) {
  struct stat st = {};
  EXPECT_EQ(lstat(path.c_str(), &st), 0) << path;
  return st;
}

class WriteTreeTest : public ::testing::Test {
 protected:
  void Write(const WriteOptions& options = {}) {
    const absl::Status status =
        WriteTree(SamplePlan(t_), t_.Dir("out", 0700), "out", options);
    ASSERT_TRUE(status.ok()) << status;
  }
  std::string Out(absl::string_view path) {
    return t_.Path(absl::StrCat("out/", path));
  }
  TempTree t_;
};

struct ModeCase {
  const char* name;
  const char* path;
  mode_t mode;
  int64_t time;
};

class Entries : public WriteTreeTest,
                public ::testing::WithParamInterface<ModeCase> {};

TEST_P(Entries, ModeAndTime) {
  const mode_t old = umask(0077);
  Write({.time = 1700000000});
  umask(old);
  const struct stat st = Lstat(Out(GetParam().path));
  EXPECT_EQ(st.st_mode, GetParam().mode) << std::oct << st.st_mode;
  EXPECT_EQ(st.st_mtim.tv_sec, GetParam().time);
  EXPECT_EQ(st.st_mtim.tv_nsec, 0);
  EXPECT_EQ(st.st_uid, getuid());
}

INSTANTIATE_TEST_SUITE_P(
    All, Entries,
    ::testing::Values(
        ModeCase{"Top", ".", S_IFDIR | 0755, 1700000000},
        ModeCase{"Bin", "bin", S_IFDIR | 0755, 1700000000},
        ModeCase{"Name", "bin/prog", S_IFLNK | 0777, 1700000000},
        ModeCase{"Launch", "launch", S_IFREG | 0644, 1700000000},
        ModeCase{"Tool", "relocatable", S_IFREG | 0755, 1700000000},
        ModeCase{"Root", "root", S_IFDIR | 0755, 1700000000},
        ModeCase{"Item", "root/gnu/store/a-one", S_IFDIR | 0555, 1},
        ModeCase{"Dir", "root/gnu/store/a-one/bin", S_IFDIR | 0555, 1},
        ModeCase{"Program", "root/gnu/store/a-one/bin/prog", S_IFREG | 0555, 1},
        ModeCase{"Data", "root/gnu/store/a-one/bin/data", S_IFREG | 0444, 1},
        ModeCase{"Link", "root/gnu/store/a-one/link", S_IFLNK | 0777, 1},
        ModeCase{"LastItem", "root/gnu/store/b-two", S_IFREG | 0444, 1}),
    [](const ::testing::TestParamInfo<ModeCase>& i) { return i.param.name; });

TEST_F(WriteTreeTest, Content) {
  Write();
  EXPECT_EQ(*ReadFile(Out("launch")), "L");
  EXPECT_EQ(*ReadFile(Out("relocatable")), "tool!");
  EXPECT_EQ(*ReadFile(Out("root/gnu/store/a-one/big")),
            std::string(700 * 1024 + 1, 'b'));
  EXPECT_EQ(*ReadFile(Out("root/gnu/store/a-one/empty")), "");
  EXPECT_EQ(*ReadFile(Out("root/gnu/store/a-one/\xff\xfe not utf-8 \xc3\xa4")),
            "u");
  EXPECT_EQ(*ReadLink(Out("root/gnu/store/a-one/absolute")),
            "/gnu/store/b-two");
  EXPECT_EQ(*ReadLink(Out("bin/prog")), "../relocatable");
}

TEST_F(WriteTreeTest, HardLinks) {
  Write();
  const std::string item = Out("root/gnu/store/a-one/");
  EXPECT_EQ(Lstat(item + "bin/prog").st_nlink, 3u);
  EXPECT_EQ(Lstat(item + "bin/prog").st_ino,
            Lstat(item + "zzz/prog-elsewhere").st_ino);
  EXPECT_EQ(Lstat(item + "bin/data").st_nlink, 1u);
}

TEST_F(WriteTreeTest, ProgressAddsUpToTheFiles) {
  uint64_t bytes = 0;
  Write({.progress = [&](uint64_t more) { bytes += more; }});
  // Each file once, however many names it has; not the literal one.
  EXPECT_EQ(bytes, 5u + 20 + 5 + 0 + 700 * 1024 + 1 + 512 + 1 + 1 + 4 + 17);
}

TEST_F(WriteTreeTest, AFileInTheWay) {
  t_.File("out/launch", "old");
  EXPECT_EQ(WriteTree(SamplePlan(t_), t_.Path("out"), "out", {}).message(),
            "cannot create 'out/launch': File exists");
}

TEST_F(WriteTreeTest, AnErrorWhileCopyingNamesTheFile) {
  Plan plan = SamplePlan(t_);
  plan.nodes.back().source = t_.Path("b-three");
  EXPECT_THAT(std::string(WriteTree(plan, t_.Dir("out"), "out", {}).message()),
              HasSubstr(absl::StrCat("'", t_.Path("b-three"),
                                     "': No such file or directory")));
}

}  // namespace
}  // namespace relocatable
