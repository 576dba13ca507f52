#include "pack/output.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fd.h"
#include "base/files.h"
#include "base/must_run.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/interrupt.h"
#include "pack/sample_plan.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const PackFormat& Format(absl::string_view name) {
  const absl::StatusOr<const PackFormat*> format = FindPackFormat(name);
  EXPECT_TRUE(format.ok()) << format.status();
  return **format;
}

std::vector<std::string> Names(const std::string& dir) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Formats : public ::testing::TestWithParam<const char*> {
 protected:
  Formats() : plan_(SamplePlan(source_)) { work_.Dir("."); }

  absl::Status Write(const std::string& output, WriteOptions options = {}) {
    return WritePack(plan_, Format(GetParam()), 0, output, options);
  }

  TempTree source_, work_;
  Plan plan_;
};

TEST_P(Formats, OnlyTheOutputIsLeft) {
  const absl::Status status = Write(work_.Path("out"));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(Names(work_.root()), ElementsAre("out"));
}

TEST_P(Formats, NothingIsOverwritten) {
  work_.File("out", "old");
  EXPECT_EQ(Write(work_.Path("out")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(*ReadFile(work_.Path("out")), "old");
  EXPECT_THAT(Names(work_.root()), ElementsAre("out"));
}

TEST_P(Formats, NothingIsLeftWhenASourceIsMissing) {
  plan_.nodes.back().source = source_.Path("missing");
  EXPECT_THAT(std::string(Write(work_.Path("out")).message()),
              HasSubstr(source_.Path("missing")));
  EXPECT_THAT(Names(work_.root()), IsEmpty());
}

TEST_P(Formats, NothingIsLeftWhenInterrupted) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const CatchInterrupts guard;
    EXPECT_EQ(Write(work_.Path("out"),
                    {.progress = [signal](uint64_t) { raise(signal); }})
                  .code(),
              absl::StatusCode::kCancelled);
    EXPECT_EQ(CaughtInterrupt(), signal);
    EXPECT_THAT(Names(work_.root()), IsEmpty());
  }
}

bool WriteTo(const char* file, const std::string& text) {
  const Fd fd(open(file, O_WRONLY | O_CLOEXEC));
  return fd.ok() && WriteAll(fd.get(), text, file).ok();
}

// An ordinary user's files can be made on the new disk only if both of its ids
// mean something there.
bool EnterMountNamespace() {
  if (getuid() == 0) return unshare(CLONE_NEWNS) == 0;
  const std::string users = absl::StrCat("0 ", getuid(), " 1");
  const std::string groups = absl::StrCat("0 ", getgid(), " 1");
  return unshare(CLONE_NEWNS | CLONE_NEWUSER) == 0 &&
         WriteTo("/proc/self/uid_map", users) &&
         WriteTo("/proc/self/setgroups", "deny") &&
         WriteTo("/proc/self/gid_map", groups);
}

// Runs `body` in a child that has a file system of 256 KiB at `dir`, and gives
// back what it returns.
std::string InSmallDisk(const std::string& dir,
                        const std::function<std::string()>& body) {
  int fds[2];
  if (pipe(fds) != 0) return "pipe";
  const pid_t child = fork();
  if (child == 0) {
    std::string said;
    if (!EnterMountNamespace() ||
        mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("none", dir.c_str(), "tmpfs", 0, "size=256k") != 0) {
      said = "no mount namespace";
    } else {
      said = body();
    }
    WriteAll(fds[1], said, "pipe").IgnoreError();
    _exit(0);
  }
  close(fds[1]);
  std::string said(4096, '\0');
  said.resize(std::max<ssize_t>(read(fds[0], said.data(), said.size()), 0));
  close(fds[0]);
  waitpid(child, nullptr, 0);
  return said;
}

TEST_P(Formats, NothingIsLeftWhenTheDiskIsFull) {
  // What does not compress: the sample's largest file would, to nothing.
  std::string noise;
  uint64_t state = 88172645463325252;
  while (noise.size() < 600 * 1024) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    noise.append(reinterpret_cast<const char*>(&state), sizeof(state));
  }
  source_.File("a-one/bigger", noise);
  const std::string out = work_.Path("out");
  const std::string said = InSmallDisk(work_.root(), [&] {
    const absl::Status status = Write(out);
    return absl::StrCat(status.message(), " and left ",
                        Names(work_.root()).size());
  });
  if (said == "no mount namespace") {
    RELOC_SKIP("userns", "no mount namespace for a small disk");
  }
  EXPECT_THAT(said, AnyOf(StartsWith(absl::StrCat("cannot write '", out)),
                          StartsWith(absl::StrCat("cannot create '", out))));
  EXPECT_THAT(said, EndsWith("': No space left on device and left 0"));
}

// The same bytes, however this process and the sources happen to be.
TEST_P(Formats, TwoPacksAreTheSame) {
  const std::string first = work_.Path("first"), second = work_.Path("second");
  ASSERT_TRUE(Write(first).ok());
  TempTree again;
  // Another order of creation, other modes and times of what is packed.
  again.File("a-one/zzz/zz", "");
  unlink(again.Path("a-one/zzz/zz").c_str());
  plan_ = SamplePlan(again);
  chmod(again.Path("a-one/bin/data").c_str(), 0600);
  chmod(again.Path("tool").c_str(), 0711);
  setenv("TZ", "Asia/Tokyo", 1);
  setenv("LC_ALL", "tr_TR.UTF-8", 1);
  cpu_set_t all, one;
  CPU_ZERO(&one);
  sched_getaffinity(0, sizeof(all), &all);
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i) {
    if (CPU_ISSET(i, &all)) CPU_SET(i, &one);
  }
  sched_setaffinity(0, sizeof(one), &one);
  const mode_t mask = umask(0077);
  const absl::Status status = Write(second);
  umask(mask);
  sched_setaffinity(0, sizeof(all), &all);
  ASSERT_TRUE(status.ok()) << status;
  if (absl::string_view(GetParam()) != "tree") {
    EXPECT_TRUE(*ReadFile(first) == *ReadFile(second));
  } else {
    const auto tar = [](const std::string& dir) {
      FILE* out = popen(
          absl::StrCat("tar -C ", dir, " --sort=name --numeric-owner -cf - . ",
                       "| sha256sum")
              .c_str(),
          "r");
      char line[100] = "";
      EXPECT_NE(fgets(line, sizeof(line), out), nullptr);
      pclose(out);
      return std::string(line);
    };
    EXPECT_EQ(tar(first), tar(second));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Formats,
                         ::testing::Values("tree", "tar", "tar.gz", "tar.zst"),
                         [](const ::testing::TestParamInfo<const char*>& i) {
                           std::string name = i.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(WritePack, ATreeCannotGoToStandardOutput) {
  EXPECT_EQ(WritePack({}, Format("tree"), 0, "-", {}).message(),
            "a tree cannot go to standard output (-f tar, tar.gz or tar.zst "
            "can)");
}

TEST(FindPackFormat, SaysWhichThereAre) {
  EXPECT_EQ(FindPackFormat("zip").status().message(),
            "no format 'zip'; there are: tree, tar, tar.gz, tar.zst");
}

TEST(FormatOfOutput, IsWhatTheNameSays) {
  const auto format = [](absl::string_view output) {
    return std::string(FormatOfOutput(output).name);
  };
  EXPECT_EQ(format("x.tar"), "tar");
  EXPECT_EQ(format("x.tar.gz"), "tar.gz");
  EXPECT_EQ(format("x.tgz"), "tar.gz");
  EXPECT_EQ(format("d/x.tar.zst"), "tar.zst");
  EXPECT_EQ(format("x"), "tree");
  EXPECT_EQ(format("tar"), "tree");
  EXPECT_EQ(format("x.tar.zst/"), "tree");
}

TEST(PackName, IsTheFirstSourcesWithoutItsHash) {
  const auto name = [](std::vector<std::string> sources) {
    Plan plan;
    plan.sources = std::move(sources);
    return PackName(plan);
  };
  const std::string hash(32, 'a');
  EXPECT_EQ(name({"/gnu/store/" + hash + "-hello-2.10", "/gnu/store/x"}),
            "hello-2.10-pack");
  EXPECT_EQ(name({"/nix/store/" + hash + "-profile"}), "profile-pack");
  EXPECT_EQ(name({"/opt/tool"}), "tool-pack");
  EXPECT_EQ(name({"/gnu/store/" + hash + "-"}), hash + "--pack");
  EXPECT_EQ(name({}), "pack");
}

}  // namespace
}  // namespace relocatable
