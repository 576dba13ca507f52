// What a program started by the engine finds: the same as natively, and its
// pack. As an ordinary user.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/files.h"
#include "engines/userns/testing/launcher.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;

class LaunchTest : public LauncherTest {
 protected:
  // In the lab: the new root is another directory than the old.
  const RunOptions few_variables_ = {
      .cwd = lab_.dir(),
      .env = {"PATH=/bin:/sbin", "A=1", "EMPTY=", "A=twice", "not a variable"},
      .set_env = true};
  const std::string state_ = lab_.Install("engines/userns/testing/state");
};

TEST_F(LaunchTest, ShowsThePackAtAPrefixTheHostLacks) {
  EXPECT_EQ(Shell(std::string("cat ") + kPrefix + "/item"), "packed\n");
  EXPECT_NE(access(kPrefix, F_OK), 0);
}

TEST_F(LaunchTest, LeavesTheProcessAsItIsNatively) {
  const Words arguments = {state_, "", "a b", "--", "-u"};
  const Finished native = RunAsUser(arguments, few_variables_);
  const Finished packed = StartPacked(arguments, few_variables_);
  EXPECT_EQ(packed.out, native.out);
  EXPECT_EQ(packed.err, "");
  EXPECT_THAT(native.out, HasSubstr("variable: not a variable\n"));
  EXPECT_THAT(native.out, HasSubstr("children: none\n"));
}

// Settings that the shell or setpriv(1) make before the start.
TEST_F(LaunchTest, KeepsWhatWasSetBefore) {
  for (const char* setting :
       {"umask 0", "umask 077", "trap '' HUP CHLD PIPE", "ulimit -n 100",
        "exec 7</dev/null", "exec 0<&-", "exec 0<&- 1>&2 2>/dev/null",
        "ulimit -c 0; cd /usr", "exec nice -n 3 \"$@\"",
        "exec setpriv --pdeathsig HUP \"$@\"",
        "exec setpriv --no-new-privs \"$@\"",
        "exec env --block-signal=TERM,TSTP \"$@\""}) {
    const std::string script = std::string(setting) + "; exec \"$@\"";
    Words native = {"/bin/sh", "-c", script, "sh"}, packed = native;
    native.push_back(state_);
    for (const std::string& word : Packed({state_})) packed.push_back(word);
    const Finished want = RunAsUser(native, few_variables_);
    const Finished got = RunAsUser(packed, few_variables_);
    EXPECT_EQ(got.out, want.out) << setting;
    EXPECT_EQ(got.err, want.err) << setting;
  }
}

TEST_F(LaunchTest, EndsAsTheProgramDoes) {
  EXPECT_EQ(StartPacked({"/bin/sh", "-c", "exit 77"}).status, 77);
  EXPECT_EQ(StartPacked({"/bin/sh", "-c", "kill -SEGV $$"}).status,
            128 + SIGSEGV);
  EXPECT_EQ(StartPacked({"/bin/sh", "-c", "kill -KILL $$"}).status,
            128 + SIGKILL);
}

TEST_F(LaunchTest, IsTheSameProcess) {
  const std::string script = "echo $$; exec \"$@\"";
  Words words = {"/bin/sh", "-c", script, "sh"};
  for (const std::string& word :
       Packed({"/bin/sh", "-c", "echo $$; ps -o pid= --ppid $$ | wc -l"})) {
    words.push_back(word);
  }
  const Finished run = RunAsUser(words);
  const size_t line = run.out.find('\n');
  const std::string pid = run.out.substr(0, line);
  // `ps` itself is one child.
  EXPECT_THAT(run.out, ::testing::StartsWith(pid + "\n" + pid + "\n"));
  EXPECT_EQ(std::stoi(run.out.substr(2 * (line + 1))), 2) << run.out;
}

TEST_F(LaunchTest, SaysWhyAProgramCannotBeExeced) {
  const std::string text = lab_.MakeFile("text", "", 0644);
  EXPECT_EQ(StartPacked({"/no-such-program"}).err,
            "program: cannot execute (errno 2)\n");
  EXPECT_EQ(StartPacked({text}).err, "program: cannot execute (errno 13)\n");
  EXPECT_EQ(StartPacked({"-w", "/no-such-dir", "/bin/true"}).err,
            "program: cannot enter the directory (errno 2)\n");
}

TEST_F(LaunchTest, SearchesPathInTheView) {
  lab_.MakeFile("store/bin/tool", "#!/bin/sh\necho \"$0\"\n", 0755);
  RunOptions options;
  options.set_env = true;
  options.env = {std::string("PATH=/bin:") + kPrefix + "/bin"};
  EXPECT_EQ(StartPacked({"-p", "tool"}, options).out,
            std::string(kPrefix) + "/bin/tool\n");
}

TEST_F(LaunchTest, ThePackIsReadOnlyEvenForItsOwner) {
  ASSERT_EQ(chmod(lab_.Path("store").c_str(), 0777), 0);
  const std::string script =
      std::string("cd ") + kPrefix +
      "; echo no >new; "
      "unshare -Urm sh -c 'mount -o remount,rw,bind . && echo no >new'";
  const Finished run = StartPacked({"/bin/sh", "-c", script});
  EXPECT_THAT(run.err, HasSubstr("cannot create new: Read-only file system"));
  EXPECT_THAT(run.err, HasSubstr("permission denied"));
  EXPECT_NE(access(lab_.Path("store/new").c_str(), F_OK), 0);
}

TEST_F(LaunchTest, NothingCanBeMadeInTheNewRoot) {
  EXPECT_THAT(StartPacked({"/bin/mkdir", "/relocatable-test/new"}).err,
              HasSubstr("Read-only file system"));
}

TEST_F(LaunchTest, ADirectoryOfOnesOwnStaysWritable) {
  const std::string mine = lab_.MakeDir("mine");
  chmod(mine.c_str(), 0777);
  Shell("echo kept >" + mine + "/file");
  EXPECT_EQ(*ReadFile(mine + "/file"), "kept\n");
}

TEST_F(LaunchTest, OthersCanWalkToThePackWhateverTheUmask) {
  const Finished run = RunAsUser({"/bin/sh", "-c",
                                  "umask 077; exec \"$0\" -u \"$1\" /bin/sh -c "
                                  "'umask; stat -c %A /relocatable-test'",
                                  start_, lab_.Path("store=") + kPrefix});
  EXPECT_EQ(run.out, "0077\ndrwxr-xr-x\n");
}

TEST_F(LaunchTest, MirrorsEveryEntryOfTheRoot) {
  const Words list = {"/bin/sh", "-c",
                      "cd /; ls -A | grep -v relocatable-test; "
                      "for i in *; do [ -L $i ] && readlink $i; done; true"};
  EXPECT_EQ(StartPacked(list).out, RunAsUser(list).out);
}

TEST_F(LaunchTest, ADaemonKeepsItsViewAfterTheFirstProcessHasEnded) {
  const std::string fifo = lab_.Path("fifo"), out = lab_.Path("out");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0666), 0);
  chmod(fifo.c_str(), 0666);
  WriteFile(out, "", 0666).IgnoreError();
  Shell("(read go <" + fifo + "; cat " + kPrefix + "/item >" + out +
        "; echo done >" + fifo + ") >/dev/null 2>&1 &");
  ASSERT_TRUE(WriteFile(fifo, "go\n", 0666).ok());
  EXPECT_EQ(*ReadFile(fifo), "done\n");
  EXPECT_EQ(*ReadFile(out), "packed\n");
}

TEST_F(LaunchTest, KeepsAccessBySupplementaryGroups) {
  SKIP_UNLESS_ROOT();
  const std::string secret = lab_.MakeFile("secret", "for the group\n", 0640);
  ASSERT_EQ(chown(secret.c_str(), 0, 4321), 0);
  Words words = {"setpriv", "--reuid",  "12345", "--regid",
                 "12345",   "--groups", "4321"};
  for (const std::string& word : Packed({"/bin/cat", secret})) {
    words.push_back(word);
  }
  EXPECT_EQ(RunProgram(words).out, "for the group\n");
  // The group is what does it.
  words[6] = "4322";
  EXPECT_EQ(RunProgram(words).out, "");
}

}  // namespace
}  // namespace relocatable
