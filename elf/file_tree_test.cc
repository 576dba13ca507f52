#include "elf/file_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "elf/fake_tree.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

FakeTree Tree() {
  FakeTree tree;
  tree.AddFile("/store/x/lib/liba.so", "a");
  tree.AddLink("/profile", "/store/x");
  tree.AddLink("/lib", "profile/lib");
  tree.AddLink("/store/up", "../../../store");
  tree.AddLink("/loop", "loop");
  tree.AddLink("/dangling", "/nothing/here");
  return tree;
}

struct ResolveCase {
  const char* path;
  const char* expect;
};

class Resolves : public ::testing::TestWithParam<ResolveCase> {};

TEST_P(Resolves, LinksWithinTheTree) {
  const FakeTree tree = Tree();
  const absl::StatusOr<std::string> path = tree.Resolve(GetParam().path);
  EXPECT_EQ(path.ok() ? *path : std::string(path.status().message()),
            GetParam().expect);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Resolves,
    ::testing::Values(
        ResolveCase{"/", "/"}, ResolveCase{"/..", "/"},
        ResolveCase{"/lib/liba.so", "/store/x/lib/liba.so"},
        ResolveCase{"//lib//./liba.so", "/store/x/lib/liba.so"},
        ResolveCase{"/lib/", "/store/x/lib"},
        // `..` is applied to where the link led, as the kernel does.
        ResolveCase{"/lib/..", "/store/x"},
        // More `..` than there are folders stop at the root.
        ResolveCase{"/store/up/x", "/store/x"},
        ResolveCase{"/loop", "'/loop': Too many levels of symbolic links"},
        ResolveCase{"/dangling", "'/nothing': No such file or directory"},
        ResolveCase{"/lib/liba.so/x",
                    "'/store/x/lib/liba.so/x': Not a directory"}));

TEST(FileTree, AnswersTwiceTheSame) {
  const FakeTree tree = Tree();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(*tree.Resolve("/profile/lib/liba.so"), "/store/x/lib/liba.so");
    EXPECT_FALSE(tree.Resolve("/profile/lib/libb.so").ok());
  }
}

TEST(FileTree, PathsHaveAnEnd) {
  EXPECT_EQ(Tree().Resolve("/" + std::string(5000, 'x')).status().code(),
            absl::StatusCode::kInvalidArgument);
  FakeTree tree;
  for (int i = 0; i < 50; ++i) {
    tree.AddLink("/" + std::to_string(i), "/" + std::to_string(i + 1));
  }
  tree.AddFile("/50", "");
  EXPECT_TRUE(tree.Resolve("/10").ok());
  EXPECT_FALSE(tree.Resolve("/9").ok());
}

class Mounted : public ::testing::Test {
 protected:
  Mounted() {
    folder_ = ::testing::TempDir() + "/tree";
    mkdir(folder_.c_str(), 0755);
    mkdir((folder_ + "/item").c_str(), 0755);
    EXPECT_TRUE(WriteFile(folder_ + "/item/file", "text", 0755).ok());
    unlink((folder_ + "/link").c_str());
    EXPECT_EQ(symlink("/gnu/store/item/file", (folder_ + "/link").c_str()), 0);
  }
  std::string folder_;
};

TEST_F(Mounted, LinksLeadThroughTheMount) {
  const HostTree tree({TreeMount{"/gnu/store", folder_}});
  EXPECT_EQ(*tree.Resolve("/gnu/store/link"), "/gnu/store/item/file");
  EXPECT_EQ(*tree.HostPath("/gnu/store/link"), folder_ + "/item/file");
  EXPECT_EQ(*(*tree.Open("/gnu/store/link"))->Read(0, 4, ""), "text");
  EXPECT_TRUE(tree.Stat("/gnu/store/link")->executable);
}

TEST_F(Mounted, FoldersOnTheWayExist) {
  const HostTree tree({TreeMount{"/gnu/store", folder_}});
  EXPECT_TRUE(tree.IsDirectory("/"));
  EXPECT_TRUE(tree.IsDirectory("/gnu"));
  EXPECT_FALSE(tree.IsDirectory("/etc"));
  EXPECT_EQ(std::string(tree.Stat("/etc").status().message()),
            "'/etc': No such file or directory");
}

TEST_F(Mounted, TheDeepestWinsAndOfEqualOnesTheLast) {
  const HostTree tree({{"/", "/"},
                       {"/gnu", "/nowhere"},
                       {"/gnu/", folder_},
                       {"/gnu/link", folder_ + "/item/file"}});
  EXPECT_EQ(*tree.HostPath("/gnu/item"), folder_ + "/item");
  // A mounted file hides the link that is there.
  EXPECT_EQ(*tree.HostPath("/gnu/link"), folder_ + "/item/file");
  EXPECT_EQ(*tree.HostPath("/"), "/");
}

TEST(HostTree, OfTheHostItself) {
  const HostTree tree;
  char path[PATH_MAX];
  ASSERT_NE(realpath("/bin/sh", path), nullptr);
  EXPECT_EQ(*tree.Resolve("/bin/sh"), path);
  EXPECT_EQ(*tree.HostPath("/bin/sh"), path);
}

}  // namespace
}  // namespace relocatable
