// `relocatable pack --trace -- CMD` on this very machine, as an ordinary user.
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr uid_t kStranger = 61241;

class PackTrace : public ::testing::Test {
 protected:
  PackTrace() : t_("/tmp") {
    chmod(t_.root().c_str(), 0755);
    chmod(t_.Dir("work").c_str(), 01777);
    chmod(t_.Dir("home").c_str(), 01777);
    product_ = t_.File("relocatable", *ReadFile("cli/relocatable"), 0755);
  }

  Finished Shell(const std::string& script) {
    return RunProgram(
        {"/usr/bin/env", "PATH=/usr/bin:/bin", "HOME=" + t_.Path("home"),
         "RELOCATABLE=" + product_, "/bin/sh", "-c", script},
        {.cwd = t_.Path("work"), .uid = kStranger, .timeout_seconds = 120});
  }

  TempTree t_;
  std::string product_;
};

TEST_F(PackTrace, WhatIsUsedComesAlongAndHomeDoesNot) {
  // Neither a home nor temporary.
  if (access("/var/local", W_OK) != 0) {
    RELOC_SKIP("var-local", "this user may not write to /var/local");
  }
  TempTree shared("/var/local");
  chmod(shared.root().c_str(), 0755);
  t_.File("home/.toolrc", "rc\n");
  const std::string plugin = shared.File("data/plugin", "plugin\n");
  const std::string tool = shared.File(
      "tool",
      absl::StrCat("#!/bin/sh\ncat ", plugin, " ~/.toolrc\necho \"$@\"\n"),
      0755);
  const Finished f = Shell(absl::StrCat("$RELOCATABLE pack -o p --trace -- ",
                                        tool, " --keep=full -- -o x"));
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_EQ(f.out, "plugin\nrc\n--keep=full -- -o x\n");
  EXPECT_EQ(f.err,
            absl::StrCat("relocatable pack: left out, though used by the "
                         "traced command, as below a home directory: ",
                         t_.Path("home/.toolrc"),
                         " (--include packs what it names)\n"));
  const std::string payload = t_.Path("work/p/root");
  EXPECT_EQ(access((payload + plugin).c_str(), F_OK), 0);
  EXPECT_NE(access((payload + t_.Path("home/.toolrc")).c_str(), F_OK), 0);
  const Finished tree = Shell("$RELOCATABLE inspect --tree p");
  EXPECT_THAT(tree.out,
              ContainsRegex(absl::StrCat("  traced \\([0-9]+\\)\n(.*/.*\n)*.*",
                                         plugin, "\n")));
  // It runs where the plugin is not.
  rename(shared.Path("data").c_str(), shared.Path("gone").c_str());
  const Finished run =
      Shell("RELOCATABLE_ENGINE=inprocess,proot p/bin/tool again");
  EXPECT_EQ(run.out, "plugin\nrc\nagain\n") << run.err;
}

TEST_F(PackTrace, KeepTracedIsSmallAndRuns) {
  const Finished f = Shell(
      "$RELOCATABLE pack -o p --keep=traced python3 --trace -- python3 -c "
      "'import json, ssl' && RELOCATABLE_ENGINE=inprocess,proot p/bin/python3 "
      "-c 'import json, ssl; print(json.dumps(ssl.OPENSSL_VERSION))' && du -s "
      "p/root");
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_THAT(f.out, StartsWith("\"OpenSSL "));
  const size_t line = f.out.find('\n');
  ASSERT_NE(line, std::string::npos);
  EXPECT_LT(atoi(f.out.c_str() + line), 30000) << f.out;  // KiB; slim: 60000
  EXPECT_EQ(f.err, "");
}

TEST_F(PackTrace, ACommandThatFailsIsSaid) {
  const Finished f =
      Shell("$RELOCATABLE pack --trace -o p true -- sh -c 'exit 3'; echo $?");
  EXPECT_EQ(f.out, "0\n");
  EXPECT_EQ(f.err,
            "relocatable pack: the traced command 'sh' ended with status 3: "
            "the pack may lack what it would have used after that\n");
  const Finished killed =
      Shell("$RELOCATABLE pack -o q true --trace -- sh -c 'kill -SEGV $$'");
  EXPECT_EQ(killed.status, 0);
  EXPECT_THAT(killed.err, HasSubstr("'sh' was killed by signal 11: "));
}

TEST_F(PackTrace, AnInterruptIsForBoth) {
  const Finished f = Shell(
      "$RELOCATABLE pack -o p true --trace -- sh -c 'kill -INT $$'; "
      "echo $?; ls");
  EXPECT_EQ(f.out, "130\n") << f.err;
}

TEST_F(PackTrace, APackOnStandardOutputStaysWhole) {
  const Finished f = Shell(
      "$RELOCATABLE pack -q -f tar -o - true --trace -- echo its words | tar "
      "-tf - | grep bin/true$");
  EXPECT_EQ(f.out, "true-pack/bin/true\ntrue-pack/root/usr/bin/true\n");
  EXPECT_EQ(f.err, "its words\n");
}

TEST_F(PackTrace, WhereAContainerRefusesCalls) {
  const std::string deny = t_.File("deny", *ReadFile(getenv("DENY")), 0755);
  const Finished traced = Shell(absl::StrCat(
      deny,
      " process_vm_readv=EPERM -- $RELOCATABLE pack -q -o p "
      "--keep=traced true --trace -- cat "
      "/etc/debian_version >/dev/null && cat p/root/etc/debian_version"));
  EXPECT_EQ(traced.out, *ReadFile("/etc/debian_version")) << traced.err;
  const Finished refused = Shell(absl::StrCat(
      deny,
      " ptrace=EPERM -- $RELOCATABLE pack -o q true --trace -- true; "
      "echo $?; ls"));
  EXPECT_EQ(refused.out, "1\np\n");
  EXPECT_EQ(refused.err,
            "relocatable pack: --trace: cannot trace 'true': Operation not "
            "permitted\n");
}

struct Refusal {
  const char* name;
  const char* words;
  int status;
  const char* message;
};

class RefusedTrace : public PackTrace,
                     public ::testing::WithParamInterface<Refusal> {};

TEST_P(RefusedTrace, IsOneLineAndNothingIsLeft) {
  const Refusal& c = GetParam();
  const Finished f =
      Shell(absl::StrCat("$RELOCATABLE pack ", c.words, "; s=$?; ls; exit $s"));
  EXPECT_EQ(f.status, c.status);
  EXPECT_EQ(f.err, absl::StrCat("relocatable pack: ", c.message, "\n"));
  EXPECT_THAT(f.out, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedTrace,
    ::testing::Values(
        Refusal{"NoCommand", "true --trace --", 2,
                "--trace: which command? (--trace -- CMD...) (see "
                "'relocatable pack --help')"},
        Refusal{"NoDashes", "--trace true", 2,
                "--trace: which command? (--trace -- CMD...) (see "
                "'relocatable pack --help')"},
        Refusal{"NothingTraced", "--keep=traced true", 2,
                "--keep: nothing is traced (--trace -- CMD... says what) (see "
                "'relocatable pack --help')"},
        Refusal{"UnknownCommand", "true --trace -- no-such-cmd x", 1,
                "--trace: cannot run 'no-such-cmd': No such file or "
                "directory"},
        Refusal{"Store", "/gnu/store/x --scan --trace -- true", 1,
                "--trace is for programs of this machine: store items say "
                "themselves what they need"}),
    [](const ::testing::TestParamInfo<Refusal>& i) { return i.param.name; });

}  // namespace
}  // namespace relocatable
