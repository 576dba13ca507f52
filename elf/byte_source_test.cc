#include "elf/byte_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

TEST(MemorySource, ReadsWithinItsBounds) {
  const auto source = MemorySource("0123456789");
  EXPECT_EQ(source->size(), 10u);
  EXPECT_EQ(*source->Read(2, 3, "it"), "234");
  EXPECT_EQ(*source->Read(10, 0, "it"), "");
  EXPECT_EQ(std::string(source->Read(8, 3, "the notes").status().message()),
            "ends at 10, before the end of the notes (3 bytes at 8)");
}

TEST(MemorySource, ReadUpToStopsAtTheEnd) {
  const auto source = MemorySource("0123456789");
  EXPECT_EQ(*source->ReadUpTo(8, 100, "it"), "89");
  EXPECT_EQ(*source->ReadUpTo(UINT64_MAX, UINT64_MAX, "it"), "");
}

TEST(OpenSource, RefusesAPartThatFillsTheMemory) {
  const std::string path = ::testing::TempDir() + "/sparse";
  ASSERT_TRUE(WriteFile(path, "x", 0644).ok());
  ASSERT_EQ(truncate(path.c_str(), 1LL << 40), 0);
  const auto source = OpenSource(path);
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(*(*source)->Read((1LL << 40) - 1, 1, "it"), std::string(1, '\0'));
  EXPECT_EQ(
      std::string(
          (*source)->Read(0, 1 << 30, "the string table").status().message()),
      "claims 1073741824 bytes for the string table, more than the "
      "67108864 that are read");
  unlink(path.c_str());
}

TEST(OpenSource, SaysWhyNot) {
  const std::string fifo = ::testing::TempDir() + "/fifo";
  unlink(fifo.c_str());
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(std::string(OpenSource(fifo).status().message()),
            "'" + fifo + "': is not a regular file");
  unlink(fifo.c_str());
  EXPECT_EQ(std::string(OpenSource("/").status().message()),
            "'/': is a directory");
  EXPECT_EQ(std::string(OpenSource("/nowhere").status().message()),
            "cannot open '/nowhere': No such file or directory");
}

TEST(OpenSource, NoticesAFileThatGetsShorter) {
  const std::string path = ::testing::TempDir() + "/shrinks";
  ASSERT_TRUE(WriteFile(path, "0123456789", 0644).ok());
  const auto source = OpenSource(path);
  ASSERT_TRUE(source.ok()) << source.status();
  ASSERT_EQ(truncate(path.c_str(), 5), 0);
  EXPECT_EQ(*(*source)->Read(0, 5, "it"), "01234");
  EXPECT_EQ(std::string((*source)->Read(0, 10, "it").status().message()),
            "got shorter while it was read");
  unlink(path.c_str());
}

}  // namespace
}  // namespace relocatable
