// A chain of engines never strands the user: whatever a machine refuses, a
// packed program starts by some engine as if nothing had been refused, or one
// line for each engine says why it cannot.
//
//   fallback_test programs.tar RELOCATABLE, with DENY in the environment
//
// Refused is what an engine calls at a start and the program by itself does
// not, with every errno that kernels, containers and security modules are known
// to give. As an ordinary user, whoever runs the test.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "cli/sample_main.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;

constexpr uid_t kStranger = 61236;
using Words = std::vector<std::string>;

// A directory of its own in the pack's folder, as cwd and TMPDIR of a start.
class Fallback : public ::testing::Test {
 protected:
  Fallback() {
    scratch_ = Sample().top() + "/scratch";
    EXPECT_EQ(Shell(absl::StrCat("rm -rf ", scratch_, "; mkdir -m 1777 ",
                                 scratch_, "; cp -f ", getenv("DENY"), " ",
                                 Sample().top(), "/deny")),
              "");
  }

  // The packed sh reads a file of its store, and ends with a status.
  Words Start() const {
    return {Sample().pack() + "/bin/sh",
            "-c",
            absl::StrCat("read line <", Sample().item(),
                         "/share/data.txt; echo \"$line $PWD $*\"; exit 7"),
            "sh",
            "one",
            "two  spaces"};
  }

  Finished Run(Words words, std::function<void()> before_exec = {}) const {
    const std::string tmp = "TMPDIR=" + scratch_;
    return RunProgram(words, {.cwd = scratch_,
                              .env = {"PATH=/usr/bin:/bin", tmp, chain_},
                              .set_env = true,
                              .uid = kStranger,
                              .before_exec = std::move(before_exec),
                              .timeout_seconds = 60});
  }

  Words Denied(const std::string& rules) const {
    Words words = {Sample().top() + "/deny", rules, "--"};
    for (const std::string& word : Start()) words.push_back(word);
    return words;
  }

  void ExpectAsNatively(const Finished& f, const std::string& what) const {
    const std::string text =
        *ReadFile(Sample().host_item() + "/share/data.txt");
    EXPECT_EQ(f.out, absl::StrCat(text.substr(0, text.find('\n')), " ",
                                  scratch_, " one two  spaces\n"))
        << what;
    EXPECT_EQ(f.err, "") << what;
    EXPECT_EQ(f.status, 7) << what;
    EXPECT_TRUE(std::filesystem::is_empty(scratch_)) << what;
  }

  std::string scratch_;
  std::string chain_ = "RELOCATABLE_ENGINE=default";
};

struct Call {
  const char* name;  // of the test
  const char* call;  // as deny(1) takes it
};

void PrintTo(const Call& call, std::ostream* out) { *out << call.call; }

class RefusedCall : public Fallback,
                    public ::testing::WithParamInterface<Call> {};

TEST_P(RefusedCall, AnotherWayIsFound) {
  for (const char* chain : {"default", "performance"}) {
    chain_ = absl::StrCat("RELOCATABLE_ENGINE=", chain);
    for (const char* error :
         {"EPERM", "EACCES", "ENOSYS", "EINVAL", "ENOSPC", "ENOMEM"}) {
      const std::string rule = absl::StrCat(GetParam().call, "=", error);
      ExpectAsNatively(Run(Denied(rule)), absl::StrCat(chain, ", ", rule));
    }
  }
}

TEST_P(RefusedCall, ATrialThatIsKilledIsARefusal) {
  const std::string rule = absl::StrCat("child:", GetParam().call, "=KILL");
  ExpectAsNatively(Run(Denied(rule)), rule);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedCall,
    ::testing::Values(
        // userns
        Call{"NewUserNamespace", "clone(0&CLONE_NEWUSER)"},
        Call{"Unshare", "unshare"}, Call{"Setns", "setns"},
        Call{"Mount", "mount"}, Call{"Bind", "mount(3&MS_BIND)"},
        Call{"Remount", "mount(3&MS_REMOUNT)"},
        Call{"MountSetattr", "mount_setattr"}, Call{"OpenTree", "open_tree"},
        Call{"Umount", "umount2"}, Call{"Chroot", "chroot"},
        Call{"Mkdirat", "mkdirat"}, Call{"Capget", "capget"},
        Call{"UidMap", "write:/uid_map"}, Call{"Setgroups", "write:/setgroups"},
        // inprocess
        Call{"Seccomp", "seccomp"}, Call{"Prctl", "prctl"},
        Call{"Sigaltstack", "sigaltstack"},
        // proot
        Call{"Ptrace", "ptrace"}, Call{"ReadMemory", "process_vm_readv"},
        Call{"WriteMemory", "process_vm_writev"}),
    [](const ::testing::TestParamInfo<Call>& i) { return i.param.name; });

// One engine alone: its reason and remedy, once, and the status of our
// failures.
TEST_F(Fallback, WhereNothingIsLeftEachEngineSaysWhy) {
  chain_ = "RELOCATABLE_ENGINE=userns,inprocess";
  const Finished f = Run(Denied("mount=EPERM,seccomp=EPERM,prctl=EPERM"));
  EXPECT_EQ(f.status, 125);
  EXPECT_EQ(f.out, "");
  EXPECT_THAT(f.err, HasSubstr("\n  userns: "));
  EXPECT_THAT(f.err, HasSubstr("\n  inprocess: "));
  const Words lines = absl::StrSplit(f.err, '\n', absl::SkipEmpty());
  EXPECT_EQ(lines.size(), 3u) << f.err;
  EXPECT_TRUE(std::filesystem::is_empty(scratch_));
}

// States of the caller that have nothing to do with engines.
TEST_F(Fallback, TheCallersStateDoesNotMatter) {
  ExpectAsNatively(Run(Start(), [] { close(0); }), "no standard input");
  ExpectAsNatively(Run(Start(),
                       [] {
                         // dash(1) itself takes number 10.
                         const rlimit files = {12, 12};
                         setrlimit(RLIMIT_NOFILE, &files);
                       }),
                   "12 descriptors");
  ExpectAsNatively(Run(Start(),
                       [] {
                         const rlimit none = {0, 0};
                         setrlimit(RLIMIT_FSIZE, &none);
                         setrlimit(RLIMIT_CORE, &none);
                       }),
                   "no files may be written");
  ExpectAsNatively(Run(Start(),
                       [] {
                         sigset_t all;
                         sigfillset(&all);
                         sigprocmask(SIG_BLOCK, &all, nullptr);
                       }),
                   "all signals blocked");
}

// The machine as root can arrange it for an ordinary user.
TEST_F(Fallback, TheMachinesStateDoesNotMatter) {
  if (geteuid() != 0) RELOC_SKIP("root", "needs root to arrange the machine");
  for (const char* arrangement :
       {"umount -l /proc", "mount -o remount,bind,ro /proc",
        "mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp",
        "mount -t tmpfs none /dev/shm && mount -t tmpfs none /run"}) {
    Words words = {
        "unshare",
        "-m",
        "sh",
        "-c",
        absl::StrCat(arrangement, " && exec setpriv --reuid=", kStranger,
                     " --regid=", kStranger, " --clear-groups \"$@\""),
        "sh"};
    for (const std::string& word : Start()) words.push_back(word);
    ExpectAsNatively(RunProgram(words, {.cwd = scratch_}), arrangement);
  }
}

TEST_F(Fallback, ArgumentsUpToTheKernelsLimit) {
  Words words = Start();
  // MAX_ARG_STRLEN is 128 KiB, ARG_MAX a quarter of the stack limit, 2 MiB.
  for (int i = 0; i < 15; ++i) words.push_back(std::string(120 << 10, 'x'));
  words[2] = "echo $#; exit 7";
  const Finished f = Run(words);
  EXPECT_EQ(f.out, "17\n") << f.err;
  EXPECT_EQ(f.status, 7);
}

}  // namespace
}  // namespace relocatable
