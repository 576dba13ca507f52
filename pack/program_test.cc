#include "pack/program.h"

#include <string>

#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

bool Is(const std::string& path) {
  struct stat st;
  EXPECT_EQ(stat(path.c_str(), &st), 0) << path;
  return *IsProgram(path, st);
}

TEST(IsProgram, TellsProgramsFromTheRest) {
  TempTree t;
  EXPECT_TRUE(Is("/bin/sh"));
  EXPECT_TRUE(Is("/proc/self/exe"));
  EXPECT_TRUE(Is(t.File("script", "#!/bin/sh\n", 0555)));
  EXPECT_TRUE(Is(t.File("damaged", "\177ELF", 0555)));
  EXPECT_FALSE(Is(t.File("text", "#!/bin/sh\n", 0444)));
  EXPECT_FALSE(Is(t.File("others", "#!/bin/sh\n", 0655)));
  EXPECT_FALSE(Is(t.root()));
  // Both have the x bit on Debian; libc.so.6 has an interpreter too.
  EXPECT_FALSE(Is("/lib/x86_64-linux-gnu/libc.so.6"));
  EXPECT_FALSE(Is("/lib64/ld-linux-x86-64.so.2"));
}

}  // namespace
}  // namespace relocatable
