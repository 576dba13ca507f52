#include "pack/copy_pool.h"

#include <fcntl.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

class CopyPoolThreads : public ::testing::TestWithParam<int> {
 protected:
  FileCopy Copy(const std::string& from, const std::string& to, uint64_t size) {
    FileCopy copy = {
        .size = size, .mode = 0444, .time = 1, .source = from, .target = to};
    copy.in = Fd(open(from.c_str(), O_RDONLY | O_CLOEXEC));
    copy.out = Fd(open(to.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    return copy;
  }
  TempTree t_;
};

TEST_P(CopyPoolThreads, CopiesAll) {
  CopyPool pool(GetParam());
  for (int i = 0; i < 300; ++i) {
    const std::string from = t_.File(absl::StrCat("from", i), absl::StrCat(i));
    ASSERT_TRUE(pool.Add(Copy(from, t_.Path(absl::StrCat("to", i)),
                              absl::StrCat(i).size()))
                    .ok());
  }
  ASSERT_TRUE(pool.Finish().ok());
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(*ReadFile(t_.Path(absl::StrCat("to", i))), absl::StrCat(i));
  }
}

TEST_P(CopyPoolThreads, TheFirstErrorEndsIt) {
  CopyPool pool(GetParam());
  const std::string from = t_.File("from", "1");
  absl::Status status = pool.Add(Copy(from, t_.Path("bad"), 100));
  if (status.ok()) status = pool.Finish();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  if (GetParam() == 0) return;
  EXPECT_EQ(pool.Add(Copy(from, t_.Path("good"), 1)).code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(pool.Finish().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(*ReadFile(t_.Path("good")), "");
}

TEST_P(CopyPoolThreads, CanBeLeftWithCopiesWaiting) {
  CopyPool pool(GetParam());
  const std::string from = t_.File("from", "1");
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(pool.Add(Copy(from, t_.Path(absl::StrCat("to", i)), 1)).ok());
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, CopyPoolThreads, ::testing::Values(0, 1, 8),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace relocatable
