#include "base/errno_status.h"

#include <cerrno>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

TEST(ErrnoError, KeepsTheWordsOfTheErrno) {
  const absl::Status status = ErrnoError(ENOENT, "cannot open 'x'");
  EXPECT_EQ(status.message(), "cannot open 'x': No such file or directory");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace relocatable
