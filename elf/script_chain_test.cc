#include "elf/script_chain.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "elf/elf_builder.h"
#include "elf/fake_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FollowScripts, AProgramIsItsOwnEnd) {
  FakeTree tree;
  tree.AddFile("/bin/prog", ElfBuilder{}.Build().bytes);
  const auto chain = FollowScripts(tree, "/bin", "prog");
  ASSERT_TRUE(chain.ok()) << chain.status();
  EXPECT_EQ(chain->program, "/bin/prog");
  EXPECT_THAT(chain->scripts, IsEmpty());
  EXPECT_THAT(chain->Arguments(), IsEmpty());
}

TEST(FollowScripts, ArgumentsAreInTheKernelsOrder) {
  FakeTree tree;
  tree.AddFile("/bin/prog", ElfBuilder{}.Build().bytes);
  tree.AddFile("/bin/inner", "#!/bin/prog -i\n");
  tree.AddFile("/outer", "#! /bin/inner -o x\n");
  const auto chain = FollowScripts(tree, "/", "/outer");
  ASSERT_TRUE(chain.ok()) << chain.status();
  EXPECT_EQ(chain->program, "/bin/prog");
  ASSERT_EQ(chain->scripts.size(), 2u);
  EXPECT_EQ(chain->scripts[0].interpreter, "/bin/inner");
  EXPECT_THAT(chain->Arguments(),
              ElementsAre("-i", "/bin/inner", "-o x", "/outer"));
}

TEST(FollowScripts, SaysWhatIsWrong) {
  FakeTree tree;
  tree.AddFile("/none", "#!/absent\n");
  tree.AddFile("/empty", "#!");
  EXPECT_EQ(FollowScripts(tree, "/", "/none").status().message(),
            "'/absent': No such file or directory");
  EXPECT_EQ(FollowScripts(tree, "/", "/empty").status().message(),
            "'/empty': its #! line names no interpreter");
}

// Scripts 1 to `count`, each the interpreter of the next; the kernel and
// FollowScripts must agree about the last.
TEST(FollowScripts, FollowsAsManyAsTheKernel) {
  char folder[] = "/tmp/chain.XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  std::string interpreter = "/bin/true";
  for (int i = 1; i <= kMaxScripts + 1; ++i) {
    const std::string script = absl::StrCat(folder, "/", i);
    ASSERT_TRUE(
        WriteFile(script, absl::StrCat("#!", interpreter, "\n"), 0755).ok());
    const Finished f = RunProgram({script});
    const auto chain = FollowScripts(HostTree(), "/", script);
    EXPECT_EQ(chain.ok(), f.status == 0) << i << ": " << f.err;
    EXPECT_EQ(chain.ok(), i <= kMaxScripts) << chain.status();
    interpreter = script;
  }
  EXPECT_EQ(FollowScripts(HostTree(), "/", interpreter).status().message(),
            absl::StrCat("'", interpreter,
                         "': its interpreter is a script, and so on more than "
                         "5 times: Too many levels of symbolic links"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace relocatable
