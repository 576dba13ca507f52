// The tracer's life, and what it does where less is allowed; what a program
// sees under it is the conformance suite's.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "engines/userns/testing/lab.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

// A prefix that no machine has.
constexpr char kPrefix[] = "/relocatable-test/store";

class TracerTest : public ::testing::Test {
 protected:
  TracerTest() {
    lab_.MakeFile("store/item", "packed\n");
    // For what an ordinary user writes.
    lab_.MakeDir("out");
    if (chmod(lab_.Path("out").c_str(), 0777) != 0) abort();
  }

  // `words` in the view, through `engines`, with `before` in front of it all.
  Words Packed(const Words& words, const Words& before = {},
               const std::string& engines = "proot") const {
    Words all = before;
    const Words run = {relocatable_,
                       "run",
                       absl::StrCat("--engine=", engines),
                       "-b",
                       absl::StrCat(lab_.Path("store"), ":", kPrefix),
                       "--"};
    all.insert(all.end(), run.begin(), run.end());
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }

  Finished Run(const Words& words, RunOptions options = {}) const {
    if (options.timeout_seconds == 0) options.timeout_seconds = 60;
    return RunAsUser(words, options);
  }

  Finished Shell(const std::string& script, RunOptions options = {}) const {
    return Run(Packed({"/bin/sh", "-c", script}), options);
  }

  const Lab lab_;
  const std::string relocatable_ = lab_.Install("cli/relocatable");
  const std::string deny_ = lab_.Install("testdata/deny/deny");
  const std::string call_ = lab_.Install("testdata/deny/call");
  const Words show_item_ = {"/bin/cat", absl::StrCat(kPrefix, "/item")};
};

constexpr char kTracerPid[] = "sed -n 's/^TracerPid:\t//p' /proc/self/status\n";

// Whether `pid` is more than a zombie.
bool IsAlive(pid_t pid) {
  const absl::StatusOr<std::string> stat =
      ReadFile(absl::StrCat("/proc/", pid, "/stat"));
  return stat.ok() && !absl::StrContains(*stat, ") Z ");
}

// Within ten seconds, or not at all.
bool Comes(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    absl::SleepFor(absl::Milliseconds(10));
  }
  return false;
}

pid_t ReadPid(const std::string& text) {
  int pid = 0;
  EXPECT_TRUE(absl::SimpleAtoi(text, &pid)) << text;
  return pid;
}

TEST_F(TracerTest, TheProgramKeepsItsProcessAndParent) {
  const Words packed =
      Packed({"/bin/sh", "-c", "echo $$ $PPID; cat $0", show_item_[1]});
  Words words = {"/bin/sh", "-c", "echo $$ $PPID; exec \"$0\" \"$@\""};
  words.insert(words.end(), packed.begin(), packed.end());
  const Finished run = Run(words);
  const Words lines = absl::StrSplit(run.out, '\n');
  ASSERT_EQ(lines.size(), 4u) << run.out << run.err;
  EXPECT_EQ(lines[0], lines[1]);
  EXPECT_EQ(lines[2], "packed");
}

TEST_F(TracerTest, EndsWithTheProgram) {
  const Finished run = Shell(kTracerPid);
  const pid_t tracer = ReadPid(run.out);
  ASSERT_GT(tracer, 1) << run.err;
  EXPECT_TRUE(Comes([&] { return !IsAlive(tracer); }));
}

TEST_F(TracerTest, LivesAsLongAsADaemonOfTheProgram) {
  const std::string out = lab_.Path("out/seen");
  const std::string go = lab_.Path("out/go");
  const Finished run = Shell(
      absl::StrCat(kTracerPid, "(trap '' HUP; setsid sh -c 'while ! test -e ",
                   go, "; do sleep 0.05; done; cat ", kPrefix, "/item >", out,
                   "') >/dev/null 2>&1 </dev/null &\n"));
  EXPECT_EQ(run.status, 0) << run.err;
  const pid_t tracer = ReadPid(run.out);
  ASSERT_GT(tracer, 1);
  EXPECT_TRUE(IsAlive(tracer));
  lab_.MakeFile("out/go", "");
  EXPECT_TRUE(Comes([&] { return !IsAlive(tracer); }));
  EXPECT_EQ(ReadFile(out).value_or(""), "packed\n");
}

// A program must not run on without its view.
TEST_F(TracerTest, TakesTheProgramWithItWhenItIsKilled) {
  const Finished run = Shell(
      "kill -9 $(sed -n 's/^TracerPid:\t//p' /proc/self/status); sleep 50");
  EXPECT_EQ(run.status, 128 + SIGKILL) << run.out << run.err;
}

// Nor a stranger's signals.
TEST_F(TracerTest, IsNotEndedByOtherSignals) {
  const Finished run = Shell(
      absl::StrCat("tracer=$(sed -n 's/^TracerPid:\t//p' /proc/self/status)\n"
                   "kill -TERM $tracer; kill -INT $tracer; kill -HUP $tracer\n"
                   "cat ",
                   kPrefix, "/item"));
  EXPECT_EQ(run.out, "packed\n") << run.err;
}

// A process that adopts orphans (init of a container, systemd --user).
TEST_F(TracerTest, IsNoChildOfTheProgram) {
  constexpr int kWall = 0x40000000;
  const RunOptions adopts = {
      .before_exec = [] { prctl(PR_SET_CHILD_SUBREAPER, 1); }};
  const Finished run = Run(
      Packed({call_, "wait4", "-1", "0", absl::StrCat(kWall), "0"}), adopts);
  EXPECT_EQ(run.out, "ECHILD\n") << run.err;
  EXPECT_EQ(Run(Packed({"/bin/sh", "-c", "(sleep 0.2 &) ; exec \"$@\"", "sh",
                        call_, "wait4", "-1", "0", absl::StrCat(kWall), "0"}),
                adopts)
                .out,
            "ok\n")
      << "the program adopts its own descendants as before";
}

// Not a hang: PRoot's answer to it.
TEST_F(TracerTest, AnotherTracerIsToldNo) {
  EXPECT_EQ(Run(Packed({call_, "ptrace", "0"})).out, "EPERM\n");
  EXPECT_EQ(Run({call_, "ptrace", "0"}).out, "ok\n");
}

// Runs `words` with this process as tracer, as strace does.
Finished RunTraced(const TracerTest&, const Words& words) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const RunOptions traced = {
      .before_exec =
          [=] {
            const pid_t self = getpid();
            if (fork() == 0) {
              const long seized = ptrace(PTRACE_SEIZE, self, 0, 0);
              dprintf(ends[1], "%c", seized == 0 ? '+' : '-');
              int status;
              while (waitpid(-1, &status, __WALL) > 0) {
                if (WIFSTOPPED(status)) ptrace(PTRACE_CONT, self, 0, 0);
              }
              _exit(0);
            }
            char answer;
            if (read(ends[0], &answer, 1) != 1 || answer != '+') _exit(99);
          },
      .timeout_seconds = 60};
  const Finished run = RunProgram(words, traced);
  close(ends[0]);
  close(ends[1]);
  return run;
}

TEST_F(TracerTest, SaysThatThereIsATracerAlready) {
  const Finished run = RunTraced(*this, Packed(show_item_));
  EXPECT_EQ(run.status, 125);
  EXPECT_THAT(run.err,
              HasSubstr("proot: cannot be traced with ptrace: Operation not "
                        "permitted (this process has a tracer already (strace, "
                        "gdb), and a process can have only one: start it "
                        "without)"));
  const Finished next =
      RunTraced(*this, Packed(show_item_, {}, "proot,userns"));
  EXPECT_EQ(next.out, "packed\n") << next.err;
  EXPECT_EQ(next.err, "");
}

struct Denial {
  const char* name;
  const char* rules;
};

class WithoutSeccompTest : public TracerTest,
                           public ::testing::WithParamInterface<Denial> {};

TEST_P(WithoutSeccompTest, StopsAtEveryCall) {
  const Words before = {deny_, GetParam().rules, "--"};
  const Finished run = Run(
      Packed({"/bin/sh", "-c",
              absl::StrCat("cat ", kPrefix, "/item; ls ", kPrefix,
                           "; for i in 1 2 3; do (exit $i); echo $?; done; cd ",
                           kPrefix, " && /bin/pwd; cat item; kill -TERM $$")},
             before));
  EXPECT_EQ(run.out,
            absl::StrCat("packed\nitem\n1\n2\n3\n", kPrefix, "\npacked\n"))
      << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.status, 128 + SIGTERM);
}

INSTANTIATE_TEST_SUITE_P(
    Denials, WithoutSeccompTest,
    ::testing::Values(Denial{"NotPermitted", "seccomp=EPERM"},
                      Denial{"NotThere", "seccomp=ENOSYS"},
                      Denial{"Killed", "child:seccomp=KILL,seccomp=EPERM"}),
    [](const ::testing::TestParamInfo<Denial>& i) { return i.param.name; });

class RefusedTest : public TracerTest,
                    public ::testing::WithParamInterface<Denial> {};

TEST_P(RefusedTest, TheChainGoesOn) {
  const Words before = {deny_, GetParam().rules, "--"};
  const Finished alone = Run(Packed(show_item_, before));
  EXPECT_EQ(alone.status, 125) << alone.out << alone.err;
  EXPECT_THAT(alone.err, HasSubstr("proot: cannot "));
  const Finished run = Run(Packed(show_item_, before, "proot,userns"));
  EXPECT_EQ(run.out, "packed\n") << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.status, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Denials, RefusedTest,
    ::testing::Values(Denial{"NotPermitted", "ptrace=EPERM"},
                      Denial{"NotThere", "ptrace=ENOSYS"},
                      Denial{"Killed", "ptrace=KILL"},
                      Denial{"NoPipe", "pipe2=EMFILE"}),
    [](const ::testing::TestParamInfo<Denial>& i) { return i.param.name; });

}  // namespace
}  // namespace relocatable
