// Code mapped again and again, with a cache of twins between: what it does is
// always the same, and the twin is used where nothing speaks against it.
//
// Run by root, the tests are those of an ordinary user, too.
#include "engines/intercept/map_cached.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "engines/intercept/cached_twin.h"
#include "engines/intercept/pretended_interceptor.h"
#include "engines/intercept/session.h"
#include "engines/intercept/tiny_elf.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr uid_t kUser = 61234;
constexpr long kPatched = 1002, kTrapsOrFails = -EFAULT;  // open(NULL)

bool was_root = false;
std::string top;       // a directory of the tests' own
std::string original;  // a file with code

// Root becomes `user` and back.
void BecomeUser(uid_t user) {
  if (!was_root) return;
  ASSERT_EQ(seteuid(0), 0);
  ASSERT_EQ(setegid(user), 0);
  ASSERT_EQ(seteuid(user), 0);
}

// Such as will be cached: not changed a moment ago.
void MakeOriginal() {
  original = top + "/original";
  std::ofstream(original) << TinyElf(CodeThatOpens());
  sleep(3);
}

void RemoveAll() {
  RunProgram({"/bin/sh", "-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", top});
}

class MapCachedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    BecomeUser(kUser);
    std::string name = top + "/cache.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    cache_ = name;
    session.twin_cache = cache_.c_str();
    session.floor = Floor::kNone;
    fd_ = open(original.c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(fd_, 0);
  }
  void TearDown() override {
    close(fd_);
    BecomeUser(0);
  }

  // Where nothing is near, so that a twin's trampolines have the place that
  // they had when it was made.
  static uint64_t FreePlace() {
    constexpr uint64_t kRoom = 64 << 20;
    void* const room = mmap(nullptr, kRoom, PROT_NONE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    EXPECT_NE(room, MAP_FAILED);
    munmap(room, kRoom);
    return reinterpret_cast<uint64_t>(room) + kRoom / 2;
  }

  CodeMapping Mapping() const {
    CodeMapping m;
    m.address = FreePlace();
    m.size = CodeThatOpens().size();
    m.protection = PROT_READ | PROT_EXEC;
    m.flags = MAP_PRIVATE;
    m.fd = fd_;
    m.offset = kTinyOffset;
    return m;
  }

  // What the code does, mapped; and from which file.
  long Run() {
    const long at = MapCached(Mapping());
    if (at < 0 && at > -4096) return at;
    from_ = "";
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      if (!absl::StartsWith(line, absl::StrCat(absl::Hex(at), "-"))) continue;
      if (line.find('/') != std::string::npos) {
        from_ = line.substr(line.find('/'));
      }
    }
    return CallCode(at).rax;
  }
  bool FromTwin() const { return absl::StartsWith(from_, cache_ + "/"); }

  std::vector<std::string> Cached() const {
    std::vector<std::string> names;
    DIR* const directory = opendir(cache_.c_str());
    while (const dirent* entry = readdir(directory)) {
      if (entry->d_name[0] != '.') {
        names.push_back(absl::StrCat(cache_, "/", entry->d_name));
      }
    }
    closedir(directory);
    return names;
  }

  // The one twin, made.
  std::string MakeTwin() {
    EXPECT_EQ(Run(), kPatched);
    EXPECT_FALSE(FromTwin());
    const std::vector<std::string> names = Cached();
    EXPECT_EQ(names.size(), 1u);
    return names.empty() ? "" : names[0];
  }

  // Nothing of the cache is used or written, and the program does not notice.
  void ExpectNoCache() {
    EXPECT_EQ(Run(), kPatched);
    EXPECT_FALSE(FromTwin());
    session.floor = Floor::kTraps;
    EXPECT_EQ(Run(), kTrapsOrFails);
    EXPECT_FALSE(FromTwin());
  }

  std::string cache_;
  std::string from_;
  int fd_ = -1;
};

// Runs `what` in a child, where gtest's failures make the status 1.
void InChild(const std::function<void()>& what) {
  const pid_t child = fork();
  if (child == 0) {
    what();
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(MapCachedTest, CodeIsPatchedOnceAndThenMapped) {
  const mode_t umask_was = umask(0777);
  const std::string twin = MakeTwin();
  umask(umask_was);
  struct stat st;
  ASSERT_EQ(stat(twin.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0600u);
  EXPECT_EQ(Run(), kPatched);
  EXPECT_EQ(from_, twin);
  session.floor = Floor::kTraps;
  EXPECT_EQ(Run(), kPatched);
  EXPECT_EQ(from_, twin);
}

TEST_F(MapCachedTest, WhatTrapsIsPatchedIfItCanBeKept) {
  session.floor = Floor::kTraps;
  MakeTwin();
  EXPECT_EQ(Run(), kPatched);
  EXPECT_TRUE(FromTwin());
}

TEST_F(MapCachedTest, NoDescriptorStaysOpen) {
  const int before = dup(fd_);
  close(before);
  MakeTwin();
  Run();
  const int after = dup(fd_);
  close(after);
  EXPECT_EQ(after, before);
}

TEST_F(MapCachedTest, CodeWithoutSitesIsKnownToHaveNone) {
  const std::string path = top + "/no_sites";
  // mov $39,%eax (getpid); syscall; ret
  std::ofstream(path) << TinyElf(std::string("\xb8\x27\0\0\0\x0f\x05\xc3", 8));
  sleep(3);
  close(fd_);
  fd_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Run(), getpid());
    EXPECT_EQ(from_, path);
    ASSERT_EQ(Cached().size(), 1u);
    struct stat st;
    ASSERT_EQ(stat(Cached()[0].c_str(), &st), 0);
    EXPECT_EQ(st.st_size, static_cast<off_t>(sizeof(CachedTwinHeader)));
  }
}

// ld.so maps a library's whole span with its first segment.
TEST_F(MapCachedTest, MoreThanTheCodeCanBeMapped) {
  MakeTwin();
  CodeMapping m = Mapping();
  m.size = 5 * 4096;
  const long at = MapCached(m);
  EXPECT_EQ(CallCode(at).rax, kPatched);
  munmap(reinterpret_cast<void*>(at), m.size);
}

TEST_F(MapCachedTest, WhereTheTrampolinesShouldGoSomethingMayBe) {
  MakeTwin();
  const long at = MapCached(Mapping());
  // At the same place, with the trampolines of before still there.
  CodeMapping m = Mapping().Again(at);
  EXPECT_EQ(MapCached(m), at);
  EXPECT_EQ(CallCode(at).rax, kPatched);
  session.floor = Floor::kTraps;
  EXPECT_EQ(MapCached(m), at);
  EXPECT_EQ(CallCode(at).rax, kTrapsOrFails);
}

TEST_F(MapCachedTest, AFileThatWasJustChangedIsNotCached) {
  const std::string path = top + "/changing";
  std::ofstream(path) << TinyElf(CodeThatOpens());
  close(fd_);
  fd_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ExpectNoCache();
  EXPECT_TRUE(Cached().empty());
}

TEST_F(MapCachedTest, AChangedFileIsNotRunWithItsOldTwin) {
  const std::string path = top + "/changed";
  std::ofstream(path) << TinyElf(CodeThatOpens());
  sleep(3);
  close(fd_);
  fd_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
  MakeTwin();
  ASSERT_EQ(pwrite(fd_, "\x04", 1, kTinyOffset + 1), 1);  // stat
  EXPECT_EQ(Run(), kPatched + 2);
  sleep(3);
  EXPECT_EQ(Run(), kPatched + 2);
  EXPECT_FALSE(FromTwin());
  EXPECT_EQ(Run(), kPatched + 2);
  EXPECT_TRUE(FromTwin());
  EXPECT_EQ(Cached().size(), 1u);
}

struct Damage {
  const char* name;
  std::function<void(const std::string& twin)> make;
};

class DamagedTwin : public MapCachedTest,
                    public ::testing::WithParamInterface<Damage> {};

TEST_P(DamagedTwin, IsNotUsedAndMadeAgain) {
  const std::string twin = MakeTwin();
  ASSERT_NE(twin, "");
  GetParam().make(twin);
  EXPECT_EQ(Run(), kPatched);
  EXPECT_FALSE(FromTwin()) << from_;
  EXPECT_EQ(Run(), kPatched);
  EXPECT_TRUE(FromTwin()) << from_;
  EXPECT_EQ(Cached().size(), 1u);
}

void Overwrite(const std::string& path, off_t at, const std::string& bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  EXPECT_EQ(pwrite(fd, bytes.data(), bytes.size(), at),
            static_cast<ssize_t>(bytes.size()));
  close(fd);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DamagedTwin,
    ::testing::Values(
        Damage{"Empty",
               [](const std::string& twin) {
                 EXPECT_EQ(truncate(twin.c_str(), 0), 0);
               }},
        Damage{"Truncated",
               [](const std::string& twin) {
                 EXPECT_EQ(truncate(twin.c_str(), 8192), 0);
               }},
        Damage{"Longer",
               [](const std::string& twin) {
                 EXPECT_EQ(truncate(twin.c_str(), 1 << 20), 0);
               }},
        Damage{"Garbage",
               [](const std::string& twin) {
                 Overwrite(twin, 0, std::string(4096, '\x5a'));
               }},
        Damage{"OtherVersion",
               [](const std::string& twin) { Overwrite(twin, 8, "\x7f"); }},
        Damage{"OtherOrigin",
               [](const std::string& twin) { Overwrite(twin, 24, "\x7f"); }},
        Damage{"OthersMayWriteIt",
               [](const std::string& twin) {
                 EXPECT_EQ(chmod(twin.c_str(), 0602), 0);
               }},
        Damage{"ItsGroupMayWriteIt",
               [](const std::string& twin) {
                 EXPECT_EQ(chmod(twin.c_str(), 0620), 0);
               }},
        Damage{"ALink",
               [](const std::string& twin) {
                 const std::string other = top + "/other_twin";
                 EXPECT_EQ(rename(twin.c_str(), other.c_str()), 0);
                 EXPECT_EQ(symlink(other.c_str(), twin.c_str()), 0);
               }},
        Damage{"APipe",
               [](const std::string& twin) {
                 EXPECT_EQ(unlink(twin.c_str()), 0);
                 EXPECT_EQ(mkfifo(twin.c_str(), 0600), 0);
               }}),
    [](const ::testing::TestParamInfo<Damage>& i) { return i.param.name; });

TEST_F(MapCachedTest, ADirectoryThatOthersMayWriteIsNotUsed) {
  MakeTwin();
  for (const mode_t mode : {0702, 0720}) {
    ASSERT_EQ(chmod(cache_.c_str(), mode), 0);
    session.floor = Floor::kNone;
    ExpectNoCache();
  }
  ASSERT_EQ(chmod(cache_.c_str(), 0755), 0);
  EXPECT_EQ(Run(), kPatched);
  EXPECT_TRUE(FromTwin());
}

// Gives a path to root, who lets all read it.
void GiveAway(const std::string& path, mode_t mode) {
  BecomeUser(0);
  EXPECT_EQ(chown(path.c_str(), 0, 0), 0);
  EXPECT_EQ(chmod(path.c_str(), mode), 0);
  BecomeUser(kUser);
}

TEST_F(MapCachedTest, AForeignDirectoryIsNotUsed) {
  if (!was_root) RELOC_SKIP("root", "only root can give files away");
  MakeTwin();
  GiveAway(cache_, 0755);
  ExpectNoCache();
}

TEST_F(MapCachedTest, AForeignTwinIsNotUsed) {
  if (!was_root) RELOC_SKIP("root", "only root can give files away");
  GiveAway(MakeTwin(), 0644);
  EXPECT_EQ(Run(), kPatched);
  EXPECT_FALSE(FromTwin());
  EXPECT_EQ(Run(), kPatched);
  EXPECT_TRUE(FromTwin());
}

TEST_F(MapCachedTest, WithoutADirectoryThereIsNoCache) {
  for (const char* none : {"", "/nonexistent", "/dev/null", "relative"}) {
    session.twin_cache = none;
    session.floor = Floor::kNone;
    ExpectNoCache();
  }
}

TEST_F(MapCachedTest, ADirectoryThatCannotBeWrittenIsRead) {
  ASSERT_EQ(chmod(cache_.c_str(), 0500), 0);
  ExpectNoCache();
  ASSERT_EQ(chmod(cache_.c_str(), 0700), 0);
  MakeTwin();
  ASSERT_EQ(chmod(cache_.c_str(), 0500), 0);
  EXPECT_EQ(Run(), kPatched);
  EXPECT_TRUE(FromTwin());
}

TEST_F(MapCachedTest, ALimitOfFileSizesIsNotMet) {
  InChild([&] {
    const rlimit none = {0, 0};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &none), 0);  // SIGXFSZ would kill it
    ExpectNoCache();
  });
  EXPECT_TRUE(Cached().empty());
}

TEST_F(MapCachedTest, ALimitOfDescriptorsIsNoError) {
  InChild([&] {
    const rlimit none = {static_cast<rlim_t>(fd_) + 1,
                         static_cast<rlim_t>(fd_) + 1};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    EXPECT_EQ(CallCode(MapCached(Mapping())).rax, kPatched);
  });
  EXPECT_TRUE(Cached().empty());
}

// What a mount of a tmpfs of one's own with `options` makes of it.
void OnTmpfs(const std::string& cache, const char* options, unsigned long flags,
             const std::function<void()>& what) {
  InChild([&] {
    const uid_t uid = geteuid();
    const gid_t gid = getegid();
    prctl(PR_SET_DUMPABLE, 1);  // who has changed its user has no uid_map
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
      if (MustRun("userns")) _exit(2);
      fprintf(stderr, "skipped: no user namespace here\n");
      return;
    }
    std::ofstream("/proc/self/uid_map") << uid << " " << uid << " 1";
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/gid_map") << gid << " " << gid << " 1";
    ASSERT_EQ(mount("none", cache.c_str(), "tmpfs", flags, options), 0);
    what();
  });
}

TEST_F(MapCachedTest, AFullFileSystemIsNoError) {
  OnTmpfs(cache_, "size=4k,mode=700", 0, [&] {
    EXPECT_EQ(Run(), kPatched);
    EXPECT_EQ(Run(), kPatched);
    EXPECT_FALSE(FromTwin());
    // For a minute nobody tries again.
    session.floor = Floor::kTraps;
    EXPECT_EQ(Run(), kTrapsOrFails);
  });
}

TEST_F(MapCachedTest, AFileSystemWithoutProgramsIsNoError) {
  OnTmpfs(cache_, "mode=700", MS_NOEXEC, [&] {
    EXPECT_EQ(Run(), kPatched);
    ExpectNoCache();
    EXPECT_EQ(Cached().size(), 1u);
  });
}

TEST_F(MapCachedTest, ManyCanBeginAtOnce) {
  int start[2];
  ASSERT_EQ(pipe(start), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < 32; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      char byte;
      close(start[1]);
      if (read(start[0], &byte, 1) != 0) _exit(2);
      for (int n = 0; n < 20; ++n) {
        if (CallCode(MapCached(Mapping())).rax != kPatched) _exit(1);
        if (i == 0 && n % 4 == 3) {
          for (const std::string& twin : Cached()) unlink(twin.c_str());
        }
      }
      _exit(0);
    }
    children.push_back(child);
  }
  close(start[0]);
  close(start[1]);
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(Run(), kPatched);
  EXPECT_EQ(Run(), kPatched);
  EXPECT_TRUE(FromTwin());
  EXPECT_EQ(Cached().size(), 1u);
}

TEST_F(MapCachedTest, WhatADeadProcessLeftIsInTheWayForAMinute) {
  const std::string twin = MakeTwin();
  ASSERT_EQ(unlink(twin.c_str()), 0);
  const std::string left = twin + ".new";
  std::ofstream(left) << "half of it";
  ExpectNoCache();
  const timespec times[2] = {{0, UTIME_OMIT}, {time(nullptr) - 62, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, left.c_str(), times, 0), 0);
  EXPECT_EQ(Run(), kPatched);
  EXPECT_EQ(Run(), kPatched);
  EXPECT_EQ(from_, twin);
  EXPECT_NE(access(left.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  using namespace relocatable;
  ::testing::InitGoogleTest(&argc, argv);
  char name[] = "/tmp/map_cached.XXXXXX";
  if (mkdtemp(name) == nullptr) return 2;
  top = name;
  was_root = geteuid() == 0;
  if (was_root && chown(top.c_str(), kUser, kUser) != 0) return 2;
  MakeOriginal();
  const int status = RUN_ALL_TESTS();
  RemoveAll();
  return status;
}
