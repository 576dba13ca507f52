// Many starts, a third of them killed at any moment, leave nothing: no process,
// no file, no mount. LAUNCHES says how many (BUILD.bazel).
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "engines/userns/testing/launcher.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::IsEmpty;

constexpr char kTime[] = "0.00217";

class LeftoversTest : public LauncherTest {
 protected:
  // Nobody else's if root runs the test, so that all that belongs to it is of
  // this test; an ordinary user may have processes already.
  const uid_t user_ = getuid() == 0 ? 200000 + getpid() % 100000 : getuid();

  // In a child: becomes the user and the program.
  [[noreturn]] void Become(const Words& words) const {
    if (getuid() == 0 &&
        (setgroups(0, nullptr) != 0 || setresgid(user_, user_, user_) != 0 ||
         setresuid(user_, user_, user_) != 0)) {
      _exit(1);
    }
    const int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
    std::vector<char*> argv;
    for (const std::string& word : words) {
      argv.push_back(const_cast<char*>(word.c_str()));
    }
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(1);
  }

  // Processes of the user that are starts of this test, or what they started:
  // the command line of both ends with the time that nobody else sleeps.
  std::vector<std::string> Processes() const {
    std::vector<std::string> found;
    for (const std::string& pid : Entries("/proc")) {
      struct stat st;
      const std::string dir = "/proc/" + pid;
      if (stat(dir.c_str(), &st) != 0 || st.st_uid != user_) continue;
      const auto words = ReadFile(dir + "/cmdline");
      if (words.ok() && absl::StrContains(*words, kTime)) found.push_back(pid);
    }
    return found;
  }

  // Files of the user where programs leave files, but this test's own.
  std::vector<std::string> Files() const {
    std::vector<std::string> found;
    for (const char* dir : {"/", "/tmp", "/var/tmp", "/dev/shm", "/run"}) {
      for (const std::string& name : Entries(dir)) {
        struct stat st;
        const std::string path = absl::StrCat(dir, "/", name);
        if (getuid() == 0 && lstat(path.c_str(), &st) == 0 &&
            st.st_uid == user_) {
          found.push_back(path);
        }
      }
    }
    return found;
  }

  static std::vector<std::string> Entries(const std::string& path) {
    std::vector<std::string> names;
    DIR* const dir = opendir(path.c_str());
    if (dir == nullptr) return names;
    while (const dirent* entry = readdir(dir)) names.push_back(entry->d_name);
    closedir(dir);
    return names;
  }
};

TEST_F(LeftoversTest, ThereAreNone) {
  const char* const wanted = getenv("LAUNCHES");
  const int launches = wanted == nullptr ? 300 : atoi(wanted);
  const Words words = Packed({"/bin/sleep", kTime});
  const std::string mounts = *ReadFile("/proc/self/mountinfo");
  std::mt19937 random(1);
  int killed = 0, ended = 0;
  for (int i = 0; i < launches; ++i) {
    const pid_t pid = fork();
    if (pid == 0) Become(words);
    ASSERT_GT(pid, 0);  // kill(-1) would be the machine's end
    if (i % 3 == 0) {
      usleep(random() % 3000);
      kill(pid, i % 2 == 0 ? SIGKILL : SIGTERM);
    }
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    WIFSIGNALED(status) ? ++killed : ++ended;
    if (!WIFSIGNALED(status)) {
      ASSERT_EQ(status, 0);
    }
  }
  EXPECT_GT(killed, launches / 10);
  EXPECT_GE(ended, launches * 2 / 3);
  // The child of a launcher that was killed may be about to end.
  for (int i = 0; i < 50 && !Processes().empty(); ++i) usleep(100000);
  EXPECT_THAT(Processes(), IsEmpty());
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_EQ(*ReadFile("/proc/self/mountinfo"), mounts);
  EXPECT_NE(access("/relocatable-test", F_OK), 0);
}

}  // namespace
}  // namespace relocatable
