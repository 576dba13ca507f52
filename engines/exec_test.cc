#include "engines/exec.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "base/files.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

// What ExecProgram(program) came to in a child: the exit status of the program
// it became, or -errno.
int Try(std::string program, bool search, std::string path,
        std::vector<std::string> args = {}) {
  std::vector<char*> argv = {program.data()};
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  path.insert(0, "PATH=");
  char* envp[] = {path.data(), nullptr};
  int pipe_fds[2];
  EXPECT_EQ(pipe2(pipe_fds, O_CLOEXEC), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    Launch launch;
    launch.program = program.c_str();
    launch.search_path = search;
    launch.argv = argv.data();
    launch.envp = envp;
    const Outcome outcome = ExecProgram(launch);
    const int kind_and_error[] = {outcome.kind, outcome.error};
    (void)!write(pipe_fds[1], kind_and_error, sizeof(kind_and_error));
    _exit(0);
  }
  close(pipe_fds[1]);
  int failed[2];
  const bool returned =
      read(pipe_fds[0], failed, sizeof(failed)) == sizeof(failed);
  close(pipe_fds[0]);
  int status;
  waitpid(pid, &status, 0);
  if (!returned) return WEXITSTATUS(status);
  EXPECT_EQ(failed[0], Outcome::kProgramFailed);
  return -failed[1];
}

class ExecProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/exec_test.XXXXXX";
    dir_ = mkdtemp(name);
    ASSERT_TRUE(WriteFile(dir_ + "/exec-me", "#!/bin/sh\nexit 7\n", 0755).ok());
    ASSERT_TRUE(WriteFile(dir_ + "/text", "exit $1\n", 0755).ok());
    ASSERT_TRUE(WriteFile(dir_ + "/data", "exit 9\n", 0644).ok());
    ASSERT_TRUE(WriteFile(dir_ + "/elf", "\177ELF nonsense", 0755).ok());
  }
  void TearDown() override {
    for (const char* name : {"exec-me", "text", "data", "elf"}) {
      unlink((dir_ + "/" + name).c_str());
    }
    rmdir(dir_.c_str());
  }
  std::string dir_;
};

TEST_F(ExecProgramTest, ExecsAPath) {
  EXPECT_EQ(Try(dir_ + "/exec-me", false, "/none"), 7);
  EXPECT_EQ(Try(dir_ + "/none", false, "/bin"), -ENOENT);
  EXPECT_EQ(Try(dir_ + "/data", false, "/bin"), -EACCES);
}

TEST_F(ExecProgramTest, GivesATextWithoutShebangToTheShell) {
  EXPECT_EQ(Try(dir_ + "/text", false, "/none", {"5"}), 5);
}

TEST_F(ExecProgramTest, NeverGivesAnElfFileToTheShell) {
  EXPECT_EQ(Try(dir_ + "/elf", false, "/none"), -ENOEXEC);
}

TEST_F(ExecProgramTest, SearchesPathAsExecvpDoes) {
  EXPECT_EQ(Try("exec-me", true, "/none::/bin:" + dir_), 7);
  EXPECT_EQ(Try("exec-me", true, "/none:/bin"), -ENOENT);
  // Found but not executable, and nothing better later: EACCES.
  EXPECT_EQ(Try("data", true, dir_ + ":/none"), -EACCES);
  EXPECT_EQ(Try("", true, dir_), -ENOENT);
}

TEST_F(ExecProgramTest, DoesNotSearchForANameWithASlash) {
  EXPECT_EQ(Try("x/exec-me", true, dir_), -ENOENT);
}

}  // namespace
}  // namespace relocatable
