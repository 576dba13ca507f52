// Real programs on twins of the dynamic loader and libc give the same output as
// on the originals, while their system calls go through the interceptor's
// entries. As an ordinary user too: nothing here needs privilege.
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "elf/byte_source.h"
#include "engines/intercept/count_entries.h"
#include "engines/intercept/twin.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr char kLibrary[] = "/lib/x86_64-linux-gnu/libc.so.6";
constexpr char kLoader[] = "/lib64/ld-linux-x86-64.so.2";

std::string Runfile(const char* name) {
  return absl::StrCat(getenv("TEST_SRCDIR"), "/relocatable/engines/intercept/",
                      name);
}

void MakeTwin(const std::string& from, const std::string& to) {
  absl::StatusOr<std::unique_ptr<ByteSource>> file = OpenSource(from);
  ASSERT_TRUE(file.ok()) << file.status();
  absl::StatusOr<Twin> twin = PlanTwin(**file);
  ASSERT_TRUE(twin.ok()) << twin.status();
  const TwinSource source(**file, twin->edits);
  const std::string bytes = *source.Read(0, source.size(), "the twin");
  ASSERT_TRUE(WriteFile(to, bytes, 0755).ok());
}

struct Counted {
  Finished finished;
  TwinCounts counts;
  int sites = 0;
};

class TwinRun : public ::testing::TestWithParam<uid_t> {
 protected:
  void SetUp() override {
    if (GetParam() != 0 && geteuid() != 0) {
      RELOC_SKIP("root", "only root can become another user");
    }
    // Not below TEST_TMPDIR: another user must reach it, and the programs.
    std::string dir = "/tmp/twinXXXXXX";
    ASSERT_NE(mkdtemp(&dir[0]), nullptr);
    dir_ = dir;
    for (const char* program : {"run_twin", "exercise"}) {
      ASSERT_TRUE(WriteFile(absl::StrCat(dir_, "/", program),
                            *ReadFile(Runfile(program)), 0755)
                      .ok());
    }
    MakeTwin(kLibrary, dir_ + "/libc.so.6");
    MakeTwin(kLoader, dir_ + "/ld.so");
    chmod(dir_.c_str(), 0755);
  }

  void TearDown() override {
    if (!dir_.empty()) RunProgram({"/bin/rm", "-rf", dir_});
  }

  // An empty directory with one and the same name each time.
  std::string FreshDirectory() {
    const std::string work = dir_ + "/cwd";
    RunProgram({"/bin/rm", "-rf", work});
    EXPECT_EQ(mkdir(work.c_str(), 0755), 0);
    if (GetParam() != 0) {
      EXPECT_EQ(chown(work.c_str(), GetParam(), -1), 0);
    }
    return work;
  }

  RunOptions Options() { return {.cwd = FreshDirectory(), .uid = GetParam()}; }

  Counted OnTwins(std::vector<std::string> argv) {
    const std::string counts = dir_ + "/counts";
    EXPECT_TRUE(
        WriteFile(counts, std::string(sizeof(TwinCounts), '\0'), 0666).ok());
    std::vector<std::string> command = {dir_ + "/run_twin", dir_ + "/ld.so",
                                        counts, "--library-path", dir_};
    command.insert(command.end(), argv.begin(), argv.end());
    Counted counted;
    counted.finished = RunProgram(command, Options());
    const std::string bytes = *ReadFile(counts);
    memcpy(&counted.counts, bytes.data(), sizeof(counted.counts));
    for (const uint64_t address : counted.counts.returns) {
      counted.sites += address != 0;
    }
    return counted;
  }

  std::string dir_;
};

TEST_P(TwinRun, ExerciseGivesTheSame) {
  const std::string self = dir_ + "/exercise";
  const Finished native = RunProgram({self, self}, Options());
  const Counted twin = OnTwins({self, self});

  EXPECT_EQ(native.status, 0) << native.err;
  EXPECT_EQ(twin.finished.status, 0) << twin.finished.err;
  EXPECT_EQ(twin.finished.out, native.out);
  EXPECT_GT(native.out.size(), 3000u);
  EXPECT_GT(twin.counts.fast, 150u);
  EXPECT_GT(twin.counts.generic, 15u);
  EXPECT_GT(twin.counts.other, 1u);
  EXPECT_GT(twin.sites, 85);
  RecordProperty("sites", twin.sites);
}

TEST_P(TwinRun, ProgramsGiveTheSame) {
  const std::vector<std::vector<std::string>> programs = {
      {"/bin/ls", "-l", "/usr/lib/python3.11"},
      {"/bin/bash", "-c",
       "for i in 1 2 3; do (echo $i; cd /; pwd) | cat; done"},
      {"/usr/bin/python3.11", "-c",
       "import json, os, subprocess, threading, multiprocessing as m\n"
       "print(os.listdir('/usr'), subprocess.run('echo x', shell=True).args)\n"
       "t = [threading.Thread(target=os.stat, args=('/',)) for _ in range(8)]\n"
       "[x.start() for x in t]; [x.join() for x in t]\n"
       "print(m.get_context('fork').Pool(2).map(os.path.exists, ['/', '/x']))"},
      {"/usr/bin/git", "init", "-q", "repository"},
      {"/usr/bin/git", "--version"},
  };
  for (const std::vector<std::string>& program : programs) {
    SCOPED_TRACE(program[0]);
    const Finished native = RunProgram(program, Options());
    const Counted twin = OnTwins(program);
    EXPECT_EQ(twin.finished.status, native.status) << twin.finished.err;
    EXPECT_EQ(twin.finished.out, native.out);
    EXPECT_EQ(twin.finished.err, native.err);
    EXPECT_GT(twin.counts.fast, 10u);
  }
}

INSTANTIATE_TEST_SUITE_P(Users, TwinRun, ::testing::Values(0, 12345),
                         [](const ::testing::TestParamInfo<uid_t>& info) {
                           return info.param == 0 ? "AsWeAre" : "AsAnother";
                         });

}  // namespace
}  // namespace relocatable
