#include "pack/guest_root.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

TEST(GuestRoot, AbsoluteLinksStayBelowIt) {
  TempTree t;
  t.File("gnu/store/hello/bin/hello", "");
  t.Link("profile/bin", "/gnu/store/hello/bin");
  t.Link("home", "/profile");
  t.Link("up", "../../../profile");
  const GuestRoot root(t.root());
  EXPECT_EQ(*root.Resolve("/home/bin/hello"), "/gnu/store/hello/bin/hello");
  EXPECT_EQ(*root.Resolve("/up/bin/../bin"), "/gnu/store/hello/bin");
  EXPECT_EQ(*root.Resolve("/"), "/");
  EXPECT_EQ(*root.ResolveParent("/home/bin"), "/profile/bin");
  EXPECT_EQ(*root.ResolveParent("/home"), "/home");
  EXPECT_EQ(root.HostPath("/home"), t.Path("home"));
}

TEST(GuestRoot, OfTheHost) {
  TempTree t;
  t.Link("link", t.File("file", ""));
  const GuestRoot root;
  EXPECT_EQ(*root.Resolve(t.Path("link")), *root.Resolve(t.Path("file")));
  EXPECT_EQ(root.HostPath("/x"), "/x");
}

TEST(GuestRoot, ErrorsNameThePathAsGiven) {
  TempTree t;
  t.File("file", "");
  t.Link("loop", "loop");
  t.Link("dangling", "/none");
  const GuestRoot root(t.root());
  EXPECT_EQ(root.Resolve("/dangling").status(),
            absl::NotFoundError(
                "cannot read '/dangling': No such file or directory"));
  EXPECT_EQ(root.Resolve("/loop").status().message(),
            "cannot read '/loop': Too many levels of symbolic links");
  EXPECT_EQ(root.Resolve("/file/x").status().message(),
            "cannot read '/file/x': Not a directory");
}

}  // namespace
}  // namespace relocatable
