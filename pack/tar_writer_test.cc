#include "pack/tar_writer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/fd_sink.h"
#include "pack/interrupt.h"
#include "pack/sample_plan.h"
#include "pack/string_sink.h"
#include "pack/tar_header.h"
#include "pack/temp_tree.h"
#include "pack/tree_writer.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Tar(const Plan& plan, const WriteOptions& options = {}) {
  StringSink sink(4096);
  const absl::Status status = WriteTar(plan, "sample", options, sink);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(sink.finished, 1);
  return sink.bytes;
}

std::string Output(const std::vector<std::string>& argv,
                   RunOptions options = {}) {
  options.env = {"LC_ALL=C", "TZ=UTC0", "PATH=/usr/bin:/bin"};
  options.set_env = true;
  const Finished program = RunProgram(argv, options);
  EXPECT_EQ(program.status, 0) << argv[0] << ": " << program.err;
  EXPECT_EQ(program.err, "") << argv[0];
  return program.out;
}

// The same bytes as GNU tar writes for the pack as a tree.
TEST(WriteTar, IsWhatGnuTarWrites) {
  TempTree t;
  const Plan plan = SamplePlan(t);
  const std::string dir = t.Dir("out/sample");
  ASSERT_TRUE(WriteTree(plan, dir, "sample", {}).ok());
  const std::string expected = Output(
      {"tar", "--format=gnu", "--sort=name", "--mtime=@1", "--owner=root:0",
       "--group=root:0", "-C", t.Path("out"), "-cf", "-", "sample"});
  const std::string ours = Tar(plan);
  EXPECT_EQ(ours.size(), expected.size());
  EXPECT_TRUE(ours == expected);
}

}  // namespace
}  // namespace relocatable
