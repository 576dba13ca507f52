// Entries of every kind, mirrored in a namespace of their own.
#include "engines/userns/mirror.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/must_run.h"
#include "engines/userns/lookup.h"
#include "engines/userns/testing/lab.h"
#include "gtest/gtest.h"

namespace relocatable::userns {
namespace {

class MirrorTest : public ::testing::Test {
 protected:
  MirrorTest() {
    lab_.MakeFile("from/dir/file", "");
    lab_.MakeFile("from/file", "");
    mkfifo(lab_.Path("from/fifo").c_str(), 0644);
    if (symlink("some/target", lab_.Path("from/link").c_str()) != 0) abort();
    lab_.MakeDir("to");
  }

  // Mirrors "from/NAME" to "to" in a child with a mount namespace, then asks
  // `check` there. 0 if mirrored and checked, 1 if refused, 2 if not checked.
  int Mirror(
      const std::string& name, unsigned char type,
      const std::function<bool()>& check,
      const std::function<void()>& arrange = [] {}) {
    const pid_t pid = fork();
    if (pid == 0) {
      const int user = getuid() == 0 ? 0 : CLONE_NEWUSER;
      if (unshare(CLONE_NEWNS | user) != 0 ||
          (user == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)) {
        _exit(3);
      }
      arrange();
      _exit(!MirrorHere(name, type) ? 1 : check() ? 0 : 2);
    }
    int status;
    waitpid(pid, &status, 0);
    return WEXITSTATUS(status);
  }

  bool MirrorHere(const std::string& name, unsigned char type) {
    char space[sizeof(Entry) + 300] = {};
    Entry* const entry = reinterpret_cast<Entry*>(space);
    entry->type = type;
    strcpy(entry->name, name.c_str());
    PathBuffer source, target;
    source.Append(lab_.Path("from").c_str());
    target.Append(lab_.Path("to").c_str());
    Report report;
    const bool mirrored = MirrorEntry(source, target, *entry, false, report);
    return mirrored && source.str() == lab_.Path("from").c_str() &&
           target.str() == lab_.Path("to").c_str();
  }

  // Whether "to/NAME" is the very file "from/NAME".
  bool Same(const std::string& name) {
    struct stat from, to;
    return stat(lab_.Path("from/" + name).c_str(), &from) == 0 &&
           stat(lab_.Path("to/" + name).c_str(), &to) == 0 &&
           from.st_ino == to.st_ino && from.st_dev == to.st_dev;
  }
  bool Absent(const std::string& name) {
    struct stat st;
    return lstat(lab_.Path("to/" + name).c_str(), &st) != 0;
  }
  bool IsLink(const std::string& name) {
    char text[100] = {};
    return readlink(lab_.Path("to/" + name).c_str(), text, 99) > 0 &&
           std::string(text) == "some/target";
  }

  const Lab lab_;
};

TEST_F(MirrorTest, BindsDirectoriesAndFiles) {
  EXPECT_EQ(Mirror("dir", DT_DIR, [&] { return Same("dir/file"); }), 0);
  EXPECT_EQ(Mirror("file", DT_REG, [&] { return Same("file"); }), 0);
  EXPECT_EQ(Mirror("fifo", DT_FIFO, [&] { return Same("fifo"); }), 0);
}

TEST_F(MirrorTest, CopiesLinks) {
  EXPECT_EQ(Mirror("link", DT_LNK, [&] { return IsLink("link"); }), 0);
}

// Some file systems do not say of what type an entry is (DT_UNKNOWN).
TEST_F(MirrorTest, LooksWhereTheTypeIsUnknown) {
  EXPECT_EQ(Mirror("dir", DT_UNKNOWN, [&] { return Same("dir/file"); }), 0);
  EXPECT_EQ(Mirror("file", DT_UNKNOWN, [&] { return Same("file"); }), 0);
  EXPECT_EQ(Mirror("link", DT_UNKNOWN, [&] { return IsLink("link"); }), 0);
  EXPECT_EQ(Mirror("gone", DT_UNKNOWN, [&] { return Absent("gone"); }), 0);
}

TEST_F(MirrorTest, LeavesOutWhatIsGone) {
  EXPECT_EQ(Mirror("gone", DT_DIR, [&] { return Absent("gone"); }), 0);
  EXPECT_EQ(Mirror("gone", DT_REG, [&] { return Absent("gone"); }), 0);
  EXPECT_EQ(Mirror("gone", DT_LNK, [&] { return Absent("gone"); }), 0);
}

// A FUSE mount whose server has ended: every look at it is ENOTCONN.
TEST_F(MirrorTest, StandsADeadMount) {
  if (getuid() != 0) RELOC_SKIP("root", "FUSE is mounted by root");
  const auto die = [&] {
    const int fuse = open("/dev/fuse", O_RDWR);
    const std::string options =
        absl::StrCat("fd=", fuse, ",rootmode=40000,user_id=0,group_id=0");
    if (mount("dead", lab_.Path("from/dir").c_str(), "fuse", 0,
              options.c_str()) != 0) {
      _exit(4);
    }
    close(fuse);
  };
  for (const unsigned char type : {DT_DIR, DT_UNKNOWN}) {
    EXPECT_EQ(Mirror(
                  "dir", type, [&] { return !Same("dir/file"); }, die),
              0);
  }
}

}  // namespace
}  // namespace relocatable::userns
