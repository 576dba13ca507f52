#include "engines/userns/linker/linker.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/files.h"
#include "base/subprocess.h"
#include "engines/userns/testing/lab.h"
#include "gtest/gtest.h"

namespace relocatable::userns {
namespace {

constexpr char kLinker[] = "/lib64/ld-linux-x86-64.so.2";

class LinkerTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) { return lab_.Path(name); }
  Lab lab_;
};

// Outside of a layered view the switch finds nothing to do.
TEST_F(LinkerTest, TheCopyLinksAsTheOriginal) {
  const std::string copy = Path("copy");
  ASSERT_EQ(CopyLinker(kLinker, copy.c_str(), true, LinkerUse::kByFile), 0);
  const Finished f = RunProgram({copy, "/bin/echo", "linked"});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_EQ(f.out, "linked\n");
}

TEST_F(LinkerTest, OnlyTheEntryPointAndOneSegmentDiffer) {
  const std::string copy = Path("copy");
  ASSERT_EQ(CopyLinker(kLinker, copy.c_str(), false, LinkerUse::kByFile), 0);
  const std::string was = *ReadFile(kLinker), is = *ReadFile(copy);
  const auto& old = *reinterpret_cast<const Elf64_Ehdr*>(was.data());
  const auto& now = *reinterpret_cast<const Elf64_Ehdr*>(is.data());
  EXPECT_NE(now.e_entry, old.e_entry);
  size_t differences = 0;
  for (size_t i = sizeof(old) + old.e_phnum * sizeof(Elf64_Phdr);
       i < was.size(); ++i) {
    differences += was[i] != is[i];
  }
  EXPECT_EQ(differences, 0u);
}

TEST_F(LinkerTest, RefusesWhatIsNone) {
  EXPECT_EQ(
      CopyLinker("/etc/passwd", Path("a").c_str(), true, LinkerUse::kByFile),
      ENOEXEC);
  EXPECT_EQ(CopyLinker("/nowhere", Path("b").c_str(), true, LinkerUse::kByFile),
            ENOENT);
  // A copy has no program header to spare.
  const std::string copy = Path("copy");
  ASSERT_EQ(CopyLinker(kLinker, copy.c_str(), true, LinkerUse::kByFile), 0);
  EXPECT_EQ(
      CopyLinker(copy.c_str(), Path("c").c_str(), true, LinkerUse::kByFile),
      ENOEXEC);
}

}  // namespace
}  // namespace relocatable::userns
