// A pack's twins and index, as its programs meet them: used where they fit,
// unused where anything is not as it was packed, and never seen.
//
//   twins_test programs.tar RELOCATABLE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "engines/conformance/world.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string archive, relocatable_binary;

uid_t User() { return geteuid() == 0 ? 61234 : geteuid(); }

class Twins : public ::testing::Test {
 protected:
  void SetUp() override {
    world_ = std::make_unique<World>(archive, relocatable_binary, true);
    ASSERT_EQ(world_->error(), "");
    const Finished f = Shell(":");
    if (f.status != 0) RELOC_SKIP("inprocess", f.err);
  }

  // What the pack's shell says to `script`.
  Finished Shell(const std::string& script) const {
    return world_->Run(
        {.name = "Twins", .argv = {"@ITEM@/bin/sh", "-c", script}},
        "inprocess_pack", User());
  }

  // The lines of the shell's memory map that can be executed.
  std::string CodeMaps() const {
    const Finished f = Shell(
        "while read -r range mode rest; do case $mode in r-x*) "
        "echo \"$rest\";; esac; done </proc/self/maps");
    EXPECT_EQ(f.status, 0) << f.err;
    return f.out;
  }

  // A command on the host; what it says.
  static std::string OnHost(const std::string& command) {
    const Finished f = RunProgram({"/bin/sh", "-ec", command});
    EXPECT_EQ(f.status, 0) << f.err;
    return f.out.substr(0, f.out.find('\n'));
  }

  std::string libc() const {
    return OnHost(absl::StrCat("echo ", world_->pack(),
                               "/root/gnu/store/*-glibc*/lib/libc.so.6"));
  }
  std::string LibcTwin() const {
    for (absl::string_view line : absl::StrSplit(CodeMaps(), '\n')) {
      const size_t at = line.find(world_->pack() + "/lib/twin/");
      if (at == absl::string_view::npos) continue;
      const std::string twin(line.substr(at));
      // The loader's is the other one, and smaller.
      struct stat st;
      if (stat(twin.c_str(), &st) == 0 && st.st_size > 1000000) return twin;
    }
    return "";
  }

  // Writes `byte` at `offset` of a file that nobody may write.
  static void Poke(const std::string& path, off_t offset, char byte) {
    ASSERT_EQ(chmod(path.c_str(), 0644), 0);
    const int fd = open(path.c_str(), O_RDWR);
    ASSERT_GE(fd, 0);
    EXPECT_EQ(pwrite(fd, &byte, 1, offset), 1);
    close(fd);
    ASSERT_EQ(chmod(path.c_str(), 0555), 0);
  }

  std::unique_ptr<World> world_;
};

// Behind the code of a file, in its last page: nothing is there.
off_t BehindTheCode(const std::string& path) {
  const Finished f = RunProgram({"/bin/sh", "-ec",
                                 absl::StrCat("LC_ALL=C readelf -lW ", path,
                                              " | awk '$1==\"LOAD\" && / R E / "
                                              "{print $2, $5}'")});
  const std::pair<std::string, std::string> words =
      absl::StrSplit(f.out, absl::MaxSplits(' ', 1));
  const off_t end =
      static_cast<off_t>(strtoull(words.first.c_str(), nullptr, 16) +
                         strtoull(words.second.c_str(), nullptr, 16));
  return (end + 4095) / 4096 * 4096 - 1;
}

TEST_F(Twins, AreMappedInPlaceOfTheOriginals) {
  const std::string maps = CodeMaps();
  EXPECT_THAT(maps, HasSubstr("/pack/lib/twin/"));
  EXPECT_THAT(maps, Not(HasSubstr("/libc.so.6")));
  EXPECT_THAT(maps, Not(HasSubstr("/ld-linux-x86-64.so.2")));
}

TEST_F(Twins, AreNotSeenByWhoReadsTheOriginal) {
  const std::string path = libc();
  const std::string guest = path.substr(path.find("/gnu/store"));
  const std::string sum = "/usr/bin/sha256sum <";
  EXPECT_EQ(Shell(absl::StrCat("cd /; ", sum, guest)).out,
            OnHost(absl::StrCat(sum, path)) + "\n");
  EXPECT_NE(OnHost(absl::StrCat(sum, path)),
            OnHost(absl::StrCat(sum, LibcTwin())));
}

TEST_F(Twins, NoCallOfAProgramStartIsTrapped) {
  if (access("/usr/bin/strace", X_OK) != 0) {
    RELOC_SKIP("strace", "there is no /usr/bin/strace");
  }
  const std::string guest_shell = OnHost(absl::StrCat(
      "cd ", world_->pack(), "/root; echo /gnu/store/*-programs-1/bin/sh"));
  const auto traps = [&](const std::string& name) {
    const std::string trace = world_->pack() + "/trace";
    return OnHost(absl::StrCat(
        "cd /; RELOCATABLE_ENGINE=inprocess strace -f -e trace=none -o ", trace,
        " ", name, " -c 'cd /; exec ", guest_shell, " -c :'; ",
        "grep -c -e '--- SIGSYS' ", trace, " || :"));
  };
  const std::string shell = world_->pack() + "/bin/sh";
  EXPECT_EQ(traps(shell), "0");
  OnHost(absl::StrCat("mv ", world_->pack(), "/lib ", world_->pack(), "/gone"));
  EXPECT_NE(traps(shell), "0");
}

// Three of the launcher's own, and ld.so's two of the host's
// /etc/ld.so.preload.
TEST_F(Twins, FewLookUpsOfAProgramStartFail) {
  if (access("/usr/bin/strace", X_OK) != 0) {
    RELOC_SKIP("strace", "there is no /usr/bin/strace");
  }
  const auto failures = [&] {
    const std::string trace = world_->pack() + "/trace";
    return std::stoi(
        OnHost(absl::StrCat("RELOCATABLE_ENGINE=inprocess strace -o ", trace,
                            " ", world_->pack(), "/bin/identity >/dev/null; ",
                            "grep -c -e '-1 ENOENT' -e '-1 ENOTDIR' ", trace)));
  };
  EXPECT_LE(failures(), 5);
  OnHost(
      absl::StrCat("find ", world_->pack(), "/root -type d -exec touch {} +"));
  EXPECT_GT(failures(), 5);
}

TEST_F(Twins, OfAChangedOriginalIsNotUsed) {
  const std::string path = libc();
  Poke(path, BehindTheCode(path), 'x');
  EXPECT_THAT(CodeMaps(), HasSubstr("/libc.so.6"));
  EXPECT_EQ(LibcTwin(), "");
}

TEST_F(Twins, IsUsedIfOnlyTheTimeWasChanged) {
  OnHost(absl::StrCat("touch ", libc()));
  EXPECT_NE(LibcTwin(), "");
}

TEST_F(Twins, ThatIsMissingOrTooShortIsNotUsed) {
  const std::string twin = LibcTwin();
  ASSERT_NE(twin, "");
  OnHost(absl::StrCat("truncate -s -4096 ", twin));
  EXPECT_THAT(CodeMaps(), HasSubstr("/libc.so.6"));
  OnHost(absl::StrCat("rm -r ", world_->pack(), "/lib"));
  EXPECT_THAT(CodeMaps(), HasSubstr("/libc.so.6"));
}

// The index says that it is not there; the directory says that it has changed.
TEST_F(Twins, AFilePutIntoThePayloadIsFound) {
  const std::string below = "/bin/put-there";
  const auto ask = [&] {
    return world_
        ->Run({.name = "Put",
               .argv = {"@ITEM@/bin/sh", "-c",
                        absl::StrCat("[ -e \"$1", below,
                                     "\" ] && echo yes || echo no"),
                        "sh", "@ITEM@"}},
              "inprocess_pack", User())
        .out;
  };
  EXPECT_EQ(ask(), "no\n");
  OnHost(absl::StrCat("cd ", world_->pack(),
                      "/root/gnu/store/*-programs-1/bin; chmod u+w .; "
                      ": >put-there; chmod u-w ."));
  EXPECT_EQ(ask(), "yes\n");
}

TEST_F(Twins, APackCopiedWithoutItsTimesRuns) {
  const std::string pack = world_->pack();
  OnHost(absl::StrCat("mv ", pack, " ", pack, ".was; cp -r ", pack, ".was ",
                      pack, "; chmod -R a+rX ", pack));
  EXPECT_EQ(Shell("[ -e /gnu/store/none ] || echo runs").out, "runs\n");
  EXPECT_NE(LibcTwin(), "");
}

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  if (argc < 3) return 2;
  relocatable::archive = argv[1];
  relocatable::relocatable_binary = argv[2];
  return RUN_ALL_TESTS();
}
