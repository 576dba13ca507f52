#include "engines/intercept/cached_twin.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <string>

#include "engines/intercept/abi.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr uint64_t kPage = 4096;
constexpr CodeOrigin kOrigin = {1, 2, 3, 4, 5, 6, 7, 8, 9};

CachedTwinHeader Header() {
  CachedTwinHeader header = {};
  memcpy(header.magic, kCachedTwinMagic, sizeof(header.magic));
  header.version = kCachedTwinVersion;
  header.abi_version = kInterceptVersion;
  header.origin = kOrigin;
  header.size = 3 * kPage;
  header.trampolines_at = -2 * int64_t{kPage};
  header.trampolines_size = 2 * kPage;
  return header;
}

struct Row {
  const char* name;
  std::function<void(CachedTwinHeader&)> change;
  bool is_twin = false;
};

class Headers : public ::testing::TestWithParam<Row> {};

TEST_P(Headers, AreTakenOrNot) {
  CachedTwinHeader header = Header();
  GetParam().change(header);
  header.check = CheckOf(header);
  EXPECT_EQ(IsTwinOf(kOrigin, header, FileSizeOf(header)), GetParam().is_twin);
  EXPECT_FALSE(IsTwinOf(kOrigin, header, FileSizeOf(header) - 1));
  EXPECT_FALSE(IsTwinOf(kOrigin, header, FileSizeOf(header) + 1));
  header.check ^= 1;
  EXPECT_FALSE(IsTwinOf(kOrigin, header, FileSizeOf(header)));
}

#define CHANGE(what) [](CachedTwinHeader& h) { what; }

INSTANTIATE_TEST_SUITE_P(
    Rows, Headers,
    ::testing::Values(
        Row{"Whole", CHANGE((void)h), true},
        Row {
          "Nothing",
              CHANGE(h.size = 0; h.trampolines_at = 0; h.trampolines_size = 0),
              true
        },
        Row{"RightBehind", CHANGE(h.trampolines_at = 3 * kPage), true},
        Row{"InTheCode", CHANGE(h.trampolines_at = 2 * kPage)},
        Row{"IntoTheCode", CHANGE(h.trampolines_at = -int64_t{kPage})},
        Row{"TooFar", CHANGE(h.trampolines_at = int64_t{1} << 31)},
        Row{"TooFarBefore", CHANGE(h.trampolines_at = -(int64_t{1} << 31))},
        Row{"NoWholePages", CHANGE(h.size += 1)},
        Row{"NoWholePagesOfTrampolines", CHANGE(h.trampolines_size += 1)},
        Row{"NotAtAPage", CHANGE(h.trampolines_at -= 1)},
        Row{"NoTrampolines", CHANGE(h.trampolines_size = 0)},
        Row{"TrampolinesOfNothing", CHANGE(h.size = 0)},
        Row{"Huge", CHANGE(h.size = ~uint64_t{0} - kPage + 1)},
        Row{"OtherMagic", CHANGE(h.magic[0] = 'X')},
        Row{"OtherVersion", CHANGE(h.version += 1)},
        Row{"OtherAbi", CHANGE(h.abi_version += 1)},
        Row{"OtherDevice", CHANGE(h.origin.device += 1)},
        Row{"OtherInode", CHANGE(h.origin.inode += 1)},
        Row{"OtherSize", CHANGE(h.origin.size += 1)},
        Row{"Modified", CHANGE(h.origin.modified_ns += 1)},
        Row{"Changed", CHANGE(h.origin.changed_ns += 1)},
        Row{"OtherHead", CHANGE(h.origin.head += 1)},
        Row{"OtherPlace", CHANGE(h.origin.begin += 1)}),
    [](const ::testing::TestParamInfo<Row>& i) { return i.param.name; });

TEST(ReadOrigin, TellsAFileFromWhatItWas) {
  const int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(write(fd, "abc", 3), 3);
  CodeOrigin was, now;
  ASSERT_TRUE(ReadOrigin(fd, kPage, was));
  ASSERT_TRUE(ReadOrigin(fd, kPage, now));
  EXPECT_TRUE(was == now);
  ASSERT_TRUE(ReadOrigin(fd, 0, now));
  EXPECT_FALSE(was == now);
  // At once: the times may say nothing.
  ASSERT_EQ(pwrite(fd, "abd", 3, 0), 3);
  ASSERT_TRUE(ReadOrigin(fd, kPage, now));
  EXPECT_FALSE(was == now);
  EXPECT_NE(was.head, now.head);
  close(fd);
}

TEST(ReadOrigin, IsOfFilesOnly) {
  CodeOrigin origin;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_FALSE(ReadOrigin(ends[0], 0, origin));
  close(ends[0]);
  close(ends[1]);
  EXPECT_FALSE(ReadOrigin(-1, 0, origin));
}

}  // namespace
}  // namespace relocatable
