#include "base/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

std::string Path(const char* name) { return ::testing::TempDir() + "/" + name; }

TEST(Files, WritesWithTheModeAskedForWhateverTheUmask) {
  const mode_t old = umask(077);
  ASSERT_TRUE(WriteFile(Path("mode"), "text", 0444).ok());
  umask(old);
  struct stat st;
  ASSERT_EQ(stat(Path("mode").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0444u);
  EXPECT_EQ(*ReadFile(Path("mode")), "text");
  unlink(Path("mode").c_str());
}

TEST(Files, ReadsFilesWithoutASize) {
  EXPECT_NE(ReadFile("/proc/self/status")->find("Pid:"), std::string::npos);
}

TEST(Files, SaysWhichFileAndWhy) {
  EXPECT_EQ(ReadFile("/nowhere/x").status().message(),
            "cannot open '/nowhere/x': No such file or directory");
  EXPECT_EQ(WriteFile("/dev/full", "x", 0666).message(),
            "cannot write '/dev/full': No space left on device");
  EXPECT_EQ(ReadLink("/etc").status().message(),
            "cannot read the link '/etc': Invalid argument");
}

}  // namespace
}  // namespace relocatable
