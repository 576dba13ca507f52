#include "cli/progress.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <string>

#include "base/fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr uint64_t kMiB = 1 << 20;

TEST(ProgressLine, BarBytesRateAndTimeLeft) {
  EXPECT_EQ(ProgressLine("packing", 50 * kMiB, 200 * kMiB, 2, 79),
            "packing [====>            ]  25 %  50.0 MiB of 200.0 MiB  "
            "25.0 MiB/s  0:06 left");
}

TEST(ProgressLine, AtTheStartTheTimeIsNotKnown) {
  EXPECT_THAT(ProgressLine("packing", 0, 200 * kMiB, 0, 79),
              EndsWith("  0 %  0 B of 200.0 MiB  0 B/s  ? left"));
}

TEST(ProgressLine, MoreThanTheEstimateIsAllOfIt) {
  const std::string line = ProgressLine("packing", 3 * kMiB, 2 * kMiB, 1, 100);
  EXPECT_THAT(line, HasSubstr("=] 100 %  3.0 MiB of 2.0 MiB"));
  EXPECT_THAT(line, EndsWith("0:00 left"));
}

TEST(ProgressLine, NothingToDo) {
  EXPECT_THAT(ProgressLine("packing", 0, 0, 0, 79), HasSubstr("100 %"));
}

TEST(ProgressLine, ANarrowTerminalLosesTheBarFirst) {
  const auto line = [](size_t width) {
    return ProgressLine("packing", 50 * kMiB, 200 * kMiB, 2, width);
  };
  EXPECT_THAT(line(60), StartsWith("packing  25 %"));
  EXPECT_THAT(line(20), SizeIs(20));
  EXPECT_THAT(line(0), SizeIs(0));
  EXPECT_THAT(line(1000).size(), ::testing::Le(100u));
}

// Both ends of a pseudo-terminal.
struct Terminal {
  Terminal()
      : master(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
    grantpt(master.get());
    unlockpt(master.get());
    slave = Fd(open(ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  }
  std::string Seen() const {
    char text[4096];
    const ssize_t got = read(master.get(), text, sizeof(text));
    return std::string(text, got < 0 ? 0 : got);
  }
  Fd master, slave;
};

TEST(Progress, DrawsOnOneLineAndClearsIt) {
  const Terminal terminal;
  winsize size = {};
  size.ws_col = 60;
  ioctl(terminal.slave.get(), TIOCSWINSZ, &size);
  {
    Progress progress(terminal.slave.get(), "packing", 100);
    progress.Add(50);
    EXPECT_THAT(terminal.Seen(), StartsWith("\r\033[Kpacking  50 %  50 B of"));
    progress.Add(1);  // too soon
    EXPECT_EQ(terminal.Seen(), "");
  }
  EXPECT_EQ(terminal.Seen(), "\r\033[K");
}

TEST(Progress, IsForTerminalsOnly) {
  const Terminal terminal;
  const Fd file(open("/dev/null", O_WRONLY | O_CLOEXEC));
  EXPECT_TRUE(CanShowProgress(terminal.slave.get(), "xterm"));
  EXPECT_FALSE(CanShowProgress(terminal.slave.get(), "dumb"));
  EXPECT_FALSE(CanShowProgress(terminal.slave.get(), ""));
  EXPECT_FALSE(CanShowProgress(terminal.slave.get(), nullptr));
  EXPECT_FALSE(CanShowProgress(file.get(), "xterm"));
}

}  // namespace
}  // namespace relocatable
