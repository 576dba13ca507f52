#include "pack/entry_point.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

std::string Find(absl::string_view wish,
                 const std::vector<PlanName>& names = {{"bin/hello", "/h"},
                                                       {"bin/git", "/g"},
                                                       {"sbin/git", "/s"}}) {
  const auto found = FindEntryPoint(names, wish);
  return found.ok() ? *found : std::string(found.status().message());
}

TEST(FindEntryPoint, NamesAndWords) {
  EXPECT_EQ(Find("bin/hello"), "bin/hello");
  EXPECT_EQ(Find("/bin/hello"), "bin/hello");
  EXPECT_EQ(Find("hello"), "bin/hello");
  EXPECT_EQ(Find("sbin/git"), "sbin/git");
}

TEST(FindEntryPoint, SaysWhichNamesThereAre) {
  EXPECT_EQ(Find("git"),
            "--entry-point 'git': may be any of bin/git, sbin/git");
  EXPECT_EQ(Find("bin/helo"),
            "--entry-point 'bin/helo': is no name of the pack; did you mean "
            "'bin/hello'? (the names are: bin/hello, bin/git, sbin/git)");
  EXPECT_EQ(Find("helol"),
            "--entry-point 'helol': is no name of the pack; did you mean "
            "'hello'? (the names are: bin/hello, bin/git, sbin/git)");
  EXPECT_EQ(Find("x", {}),
            "--entry-point 'x': is no name of the pack (the pack has no "
            "names)");
  std::vector<PlanName> many;
  for (int i = 0; i < 21; ++i) many.push_back({absl::StrCat("n", i), "/n"});
  EXPECT_EQ(Find("elsewhere", many),
            "--entry-point 'elsewhere': is no name of the pack (there are 21 "
            "names)");
}

}  // namespace
}  // namespace relocatable
