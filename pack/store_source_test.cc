#include "pack/store_source.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

constexpr char kItem[] = "/gnu/store/0123456789abcdfghijklmnpqrsvwxyz-profile";

class FindStoreItemTest : public ::testing::Test {
 protected:
  void SetUp() override {
    t_.File(absl::StrCat(kItem + 1, "/bin/x"), "");
    t_.Link("var/profile-7-link", kItem);
    t_.Link("var/profile", "profile-7-link");
    t_.Link("home/.guix-profile", "/var/profile");
    t_.Link("home/store", "../gnu/store");
    t_.Link("home/bin", absl::StrCat(kItem, "/bin"));
    t_.Link("home/dangling", "/none");
    t_.Link("home/loop", "loop");
    t_.File("home/file", "");
  }

  std::string Find(absl::string_view path) {
    const auto item = FindStoreItem(GuestRoot(t_.root()), path);
    return item.ok() ? *item : std::string(item.status().message());
  }

  TempTree t_;
};

TEST_F(FindStoreItemTest, ItemsAndLinksToThem) {
  for (const std::string& path :
       {std::string(kItem), absl::StrCat(kItem, "/"), absl::StrCat(kItem, "/."),
        absl::StrCat(kItem, "/bin/.."), std::string("/var/profile"),
        std::string("/home/.guix-profile"), std::string("/home/.guix-profile/"),
        absl::StrCat("/home/store/", kItem + 11)}) {
    EXPECT_EQ(Find(path), kItem) << path;
  }
}

TEST_F(FindStoreItemTest, AnItemMayBeALink) {
  const std::string link = "/gnu/store/0123456789abcdfghijklmnpqrsvwxyz-link";
  t_.Link(link.substr(1), kItem);
  EXPECT_EQ(Find(link), link);
}

TEST_F(FindStoreItemTest, SaysWhatThePathIsInstead) {
  EXPECT_EQ(Find("/none"), "cannot read '/none': No such file or directory");
  // Where there is no store at all, what was asked for is named all the same.
  EXPECT_EQ(Find("/nix/store/0123456789abcdfghijklmnpqrsvwxyz-x"),
            "'/nix/store/0123456789abcdfghijklmnpqrsvwxyz-x': cannot read "
            "'/nix/store': No such file or directory");
  EXPECT_EQ(Find("/home/file"),
            "'/home/file': is no store item, nor a link to one (an item is "
            "called like /gnu/store/<32 characters>-hello-2.12)");
  EXPECT_EQ(Find("/home/.."),
            "'/home/..', which leads to '/': is no store item, nor a link to "
            "one (an item is called like /gnu/store/<32 "
            "characters>-hello-2.12)");
  EXPECT_EQ(
      Find(absl::StrCat(kItem, "/bin/x")),
      absl::StrCat("'", kItem, "/bin/x': lies inside the store item '", kItem,
                   "' (pack the item, or a profile that holds it)"));
  EXPECT_EQ(Find("/home/bin"),
            absl::StrCat("'/home/bin', which leads to '", kItem,
                         "/bin': lies inside the store item '", kItem,
                         "' (pack the item, or a profile that holds it)"));
  EXPECT_EQ(Find("/home/dangling"),
            "cannot read '/home/dangling', which leads to '/none': No such "
            "file or directory");
  EXPECT_EQ(Find("/home/loop"),
            "cannot read '/home/loop': Too many levels of symbolic links");
}

}  // namespace
}  // namespace relocatable
