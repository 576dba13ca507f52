#include "pack/file_copy.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "gtest/gtest.h"
#include "pack/interrupt.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

FileCopy Copy(const std::string& from, const std::string& to, uint64_t size) {
  FileCopy copy = {
      .size = size, .mode = 0444, .time = 1, .source = from, .target = to};
  copy.in = Fd(open(from.c_str(), O_RDONLY | O_CLOEXEC));
  copy.out = Fd(open(to.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  EXPECT_TRUE(copy.in.ok() && copy.out.ok());
  return copy;
}

TEST(CopyFile, ContentModeAndTime) {
  TempTree t;
  const std::string text(300000, 'x');
  const std::string from = t.File("from", text), to = t.Path("to");
  const absl::Status status = CopyFile(Copy(from, to, text.size()));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_TRUE(*ReadFile(to) == text);
  struct stat st;
  ASSERT_EQ(stat(to.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0444u);
  EXPECT_EQ(st.st_mtim.tv_sec, 1);
  EXPECT_EQ(st.st_mtim.tv_nsec, 0);
}

TEST(CopyFile, Empty) {
  TempTree t;
  EXPECT_TRUE(CopyFile(Copy(t.File("from", ""), t.Path("to"), 0)).ok());
  EXPECT_EQ(*ReadFile(t.Path("to")), "");
}

// copy_file_range(2) refuses a pair like this (EXDEV).
TEST(CopyFile, FromOneFileSystemToAnother) {
  TempTree t;
  const std::string text(700000, 'y');
  char from[] = "/dev/shm/file_copy_testXXXXXX";
  const Fd fd(mkstemp(from));
  ASSERT_TRUE(fd.ok());
  ASSERT_TRUE(WriteAll(fd.get(), text, from).ok());
  const absl::Status status = CopyFile(Copy(from, t.Path("to"), text.size()));
  unlink(from);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(*ReadFile(t.Path("to")) == text);
}

// The same (EINVAL), and then there is no space.
TEST(CopyFile, SaysThatTheDiskIsFull) {
  TempTree t;
  EXPECT_EQ(CopyFile(Copy(t.File("from", "text"), "/dev/full", 4)).message(),
            "cannot write '/dev/full': No space left on device");
}

TEST(CopyFile, AFileThatShrank) {
  TempTree t;
  const std::string from = t.File("from", "1234567");
  EXPECT_EQ(CopyFile(Copy(from, t.Path("to"), 10)).message(),
            absl::StrCat("'", from,
                         "': changed while it was read (it had 10 bytes, now "
                         "it has 7; pack it when nothing writes to it)"));
}

TEST(CopyFile, AFileThatGrew) {
  TempTree t;
  const std::string from = t.File("from", "1234567");
  EXPECT_EQ(CopyFile(Copy(from, t.Path("to"), 5)).message(),
            absl::StrCat("'", from,
                         "': changed while it was read (it had 5 bytes, now it "
                         "has 7; pack it when nothing writes to it)"));
}

TEST(CopyFile, EndsWhenInterrupted) {
  TempTree t;
  const CatchInterrupts guard;
  raise(SIGINT);
  EXPECT_EQ(CopyFile(Copy(t.File("from", "1"), t.Path("to"), 1)).code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace relocatable
