// What is started when a pack's binary is called by this or that name, from
// wherever it lies: design.md section 5. Every program is really started.
//
//   dispatch_test programs.tar RELOCATABLE

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "cli/sample_pack.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uid_t kStranger = 61234;

std::string archive, product;

const std::vector<std::string> kEnvironment = {
    "PATH=/usr/bin:/bin", "EMPTY=", "no equals sign", "TWICE=1", "TWICE=2"};

// Who runs the programs: an ordinary user, whoever runs the test.
void BecomeOrdinary() {
  if (geteuid() != 0) return;
  if (setresgid(kStranger, kStranger, kStranger) != 0 ||
      setresuid(kStranger, kStranger, kStranger) != 0) {
    _exit(124);
  }
}

class Dispatch : public ::testing::Test {
 protected:
  Dispatch() : sample_(archive, product) {}

  void SetUp() override {
    ASSERT_EQ(sample_.error(), "");
    const Finished f = Run({pack() + "/bin/raw"});
    if (f.status == 125) RELOC_SKIP("userns", f.err);
    // A directory in which the ordinary user may make files.
    ASSERT_EQ(Shell(absl::StrCat("mkdir -m 1777 ", Top("free"))), "");
  }

  std::string pack() const { return sample_.pack(); }
  std::string Top(const std::string& name) const {
    return sample_.top() + "/" + name;
  }

  // Runs `file` with these arguments (argv[0] included).
  Finished RunFile(const std::string& file, std::vector<std::string> argv,
                   const std::string& cwd = "/") const {
    return RunProgram({"/bin/true"}, {.env = kEnvironment,
                                      .set_env = true,
                                      .before_exec =
                                          [&] {
                                            BecomeOrdinary();
                                            if (chdir(cwd.c_str()) != 0)
                                              _exit(123);
                                            Exec(file, argv);
                                          },
                                      .timeout_seconds = 60});
  }
  Finished Run(const std::vector<std::string>& argv,
               const std::string& cwd = "/") const {
    return RunFile(argv[0], argv, cwd);
  }

  // That `f` is the program `identity`, started as if it were installed.
  void ExpectIdentity(const Finished& f, const std::string& argv0) const {
    EXPECT_EQ(f.status, 0) << f.err;
    EXPECT_EQ(f.err, "");
    EXPECT_THAT(f.out, HasSubstr(absl::StrCat("argv.0=", argv0, "\n")));
    EXPECT_THAT(f.out, HasSubstr(absl::StrCat("exe=", sample_.item(),
                                              "/bin/identity\n")));
    EXPECT_THAT(f.out, HasSubstr("comm=identity\n"));
    EXPECT_THAT(f.out, HasSubstr("cmdline is argv=yes\n"));
    EXPECT_THAT(f.out, HasSubstr("environ.0=PATH=/usr/bin:/bin\n"
                                 "environ.1=EMPTY=\n"
                                 "environ.2=no equals sign\n"
                                 "environ.3=TWICE=1\n"
                                 "environ.4=TWICE=2\n"));
    EXPECT_THAT(f.out, Not(HasSubstr("environ.5=")));
  }

  void Link(const std::string& target, const std::string& link) const {
    ASSERT_EQ(symlink(target.c_str(), link.c_str()), 0) << link;
  }

  const SamplePack sample_;

 private:
  [[noreturn]] static void Exec(const std::string& file,
                                const std::vector<std::string>& argv) {
    std::vector<char*> args, env;
    for (const std::string& a : argv)
      args.push_back(const_cast<char*>(a.data()));
    for (const std::string& e : kEnvironment) {
      env.push_back(const_cast<char*>(e.data()));
    }
    args.push_back(nullptr);
    env.push_back(nullptr);
    execve(file.c_str(), args.data(), env.data());
    dprintf(2, "cannot exec %s: %m\n", file.c_str());
    _exit(126);
  }
};

// ---- Rule 1: AT_EXECFN leads to this binary by links ----

TEST_F(Dispatch, ANameOfThePack) {
  const std::string name = pack() + "/bin/identity";
  const Finished f = Run({name, "one", "two words", ""});
  ExpectIdentity(f, name);
  EXPECT_THAT(f.out,
              HasSubstr("argv.1=one\nargv.2=two words\nargv.3=\nexecfn="));
}

TEST_F(Dispatch, ANameFromAnyDirectory) {
  ExpectIdentity(Run({"./identity"}, pack() + "/bin"), "./identity");
  ExpectIdentity(Run({"bin/identity"}, pack()), "bin/identity");
  ExpectIdentity(Run({"../../bin/../bin/identity"}, pack() + "/root/gnu"),
                 "../../bin/../bin/identity");
}

TEST_F(Dispatch, TheNameCountsNotWhatArgvSays) {
  ExpectIdentity(RunFile(pack() + "/bin/identity", {"ending", "x"}), "ending");
  ExpectIdentity(RunFile(pack() + "/bin/identity", {"/no/such/run"}),
                 "/no/such/run");
}

TEST_F(Dispatch, ALinkToALink) {
  Link(pack() + "/bin/identity", Top("first"));
  Link("first", Top("second"));
  ExpectIdentity(Run({Top("second")}), Top("second"));
}

TEST_F(Dispatch, ALinkOutsideIsTheNameItLeadsTo) {
  Link(pack() + "/bin/identity", Top("ending"));
  ExpectIdentity(Run({Top("ending")}), Top("ending"));
}

TEST_F(Dispatch, ALinkOutsideToTheBinaryIsKnownByItsOwnName) {
  Link(pack() + "/relocatable", Top("identity"));
  ExpectIdentity(Run({Top("identity")}), Top("identity"));
}

TEST_F(Dispatch, AnUnknownNameSaysWhichThereAre) {
  Link("../relocatable", pack() + "/bin/identify");
  const Finished f = Run({pack() + "/bin/identify"});
  EXPECT_EQ(f.status, 127);
  EXPECT_EQ(f.out, "");
  EXPECT_THAT(f.err, HasSubstr("'identify'"));
  EXPECT_THAT(f.err, HasSubstr("identity"));
  EXPECT_THAT(f.err, HasSubstr("ending"));
}

// ---- Rule 2: argv[0] does, where AT_EXECFN is a script ----

TEST_F(Dispatch, AnInterpreter) {
  const std::string name = pack() + "/bin/identity", script = Top("script");
  ASSERT_TRUE(
      WriteFile(script, absl::StrCat("#!", name, " argument\n"), 0755).ok());
  const Finished f = Run({script, "x"});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_EQ(f.err, "");
  EXPECT_THAT(f.out, HasSubstr(absl::StrCat(
                         "argv.0=", name, "\nargv.1=argument\nargv.2=", script,
                         "\nargv.3=x\n")));
  EXPECT_THAT(f.out, HasSubstr(absl::StrCat("exe=", sample_.item())));
}

TEST_F(Dispatch, AnInterpreterThatIsALinkOutside) {
  Link(pack() + "/bin/identity", Top("python"));
  const std::string script = Top("script");
  ASSERT_TRUE(WriteFile(script, absl::StrCat("#!", Top("python")), 0755).ok());
  const Finished f = Run({script});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_THAT(f.out, HasSubstr(absl::StrCat("argv.0=", Top("python"), "\n")));
}

// ---- Rule 3: argv[0]'s last component is a name of the pack ----

TEST_F(Dispatch, ADescriptor) {
  const std::string name = pack() + "/bin/identity";
  const Finished f = RunProgram(
      {"/bin/true"},
      {.before_exec =
           [&] {
             BecomeOrdinary();
             char* argv[] = {const_cast<char*>("identity"), nullptr};
             char* env[] = {nullptr};
             fexecve(open(name.c_str(), O_RDONLY | O_CLOEXEC), argv, env);
             _exit(126);
           },
       .timeout_seconds = 60});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_EQ(f.err, "");
  EXPECT_THAT(f.out, HasSubstr("argv.0=identity\n"));
  EXPECT_THAT(f.out, HasSubstr(absl::StrCat("exe=", sample_.item())));
}

TEST_F(Dispatch, TheBinaryUnderAnotherName) {
  const Finished f = RunFile(pack() + "/relocatable", {"identity", "x"});
  ExpectIdentity(f, "identity");
}

// ---- Rule 4: the tool ----

TEST_F(Dispatch, TheToolInAPack) {
  for (const char* argv0 : {"relocatable", "foo", "/tmp/relocatable"}) {
    const Finished f = RunFile(pack() + "/relocatable", {argv0, "--version"});
    EXPECT_EQ(f.status, 0) << f.err;
    EXPECT_THAT(f.out, HasSubstr("relocatable")) << argv0;
  }
}

TEST_F(Dispatch, ALinkNamedAsACommandIsThatCommand) {
  Link(product, Top("run"));
  ASSERT_EQ(Shell(absl::StrCat("install ", product, " ", Top("tool"))), "");
  Link("tool", Top("engines"));
  const Finished f = Run({Top("engines")});
  EXPECT_THAT(f.out, HasSubstr("userns")) << f.err;
}

// ---- Copies, moves, odd places ----

TEST_F(Dispatch, ACopyOfANameInsideThePack) {
  const std::string name = pack() + "/bin/identity";
  ASSERT_EQ(Shell(absl::StrCat("cp -L ", name, " ", name, ".new; mv ", name,
                               ".new ", name)),
            "");
  ExpectIdentity(Run({name}), name);
}

TEST_F(Dispatch, ACopyThatFollowsLinks) {
  ASSERT_EQ(Shell(absl::StrCat("mkdir ", Top("copy"), "; cp -rL ", pack(),
                               "/bin ", pack(), "/relocatable ", pack(),
                               "/launch ", Top("copy"), "; cp -r ", pack(),
                               "/root ", Top("copy"))),
            "");
  ExpectIdentity(Run({Top("copy/bin/identity")}), Top("copy/bin/identity"));
}

TEST_F(Dispatch, MovesAnywhere) {
  const std::string places[] = {Top("with a space"), Top("line\nbreak"),
                                Top(std::string(200, 'x')),
                                Top("quote'\"\\$HOME"), Top("colon:comma,")};
  std::string from = pack();
  for (const std::string& to : places) {
    ASSERT_EQ(rename(from.c_str(), to.c_str()), 0) << to;
    const Finished f = Run({to + "/bin/raw"});
    EXPECT_EQ(f.status, 7) << to << f.err;
    EXPECT_EQ(f.err, "");
    from = to;
  }
  ASSERT_EQ(rename(from.c_str(), pack().c_str()), 0);
}

TEST_F(Dispatch, ThroughLinkedDirectories) {
  Link("pack", Top("linked"));
  Link("linked/bin", Top("programs"));
  const std::string name = Top("programs/identity");
  ExpectIdentity(Run({name}), name);
}

TEST_F(Dispatch, WithoutProc) {
  if (geteuid() != 0) RELOC_SKIP("root", "to hide /proc");
  const std::string name = pack() + "/bin/raw";
  const Finished f = RunProgram(
      {name}, {.before_exec = [] {
        if (unshare(CLONE_NEWNS) != 0 ||
            mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            mount("none", "/proc", "tmpfs", 0, nullptr) != 0) {
          _exit(122);
        }
      }});
  EXPECT_EQ(f.status, 7) << f.err;
  EXPECT_EQ(f.err, "");
}

// Mounts the pack on itself with `flags` in a mount namespace.
std::function<void()> MountedWith(std::string path, unsigned long flags) {
  return [path, flags] {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(path.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0 ||
        mount(nullptr, path.c_str(), nullptr, MS_REMOUNT | MS_BIND | flags,
              nullptr) != 0) {
      _exit(122);
    }
    BecomeOrdinary();
  };
}

TEST_F(Dispatch, OnAReadOnlyMount) {
  if (geteuid() != 0) RELOC_SKIP("root", "to mount");
  const Finished f = RunProgram(
      {pack() + "/bin/raw"}, {.before_exec = MountedWith(pack(), MS_RDONLY)});
  EXPECT_EQ(f.status, 7) << f.err;
  EXPECT_EQ(f.err, "");
}

TEST_F(Dispatch, OnANoexecMount) {
  if (geteuid() != 0) RELOC_SKIP("root", "to mount");
  ASSERT_EQ(Shell(absl::StrCat("install ", product, " ", Top("tool"))), "");
  const Finished f =
      RunProgram({Top("tool"), "run", pack() + "/bin/raw"},
                 {.before_exec = MountedWith(pack(), MS_NOEXEC)});
  EXPECT_EQ(f.status, 126) << f.out;
  EXPECT_THAT(f.err, HasSubstr("noexec"));
}

// ---- What cannot be started ----

TEST_F(Dispatch, AnotherProcessorsProgram) {
  const Finished f = Run({pack() + "/bin/foreign"});
  EXPECT_EQ(f.status, 126);
  EXPECT_THAT(f.err, HasSubstr("bin/foreign"));
  EXPECT_EQ(std::count(f.err.begin(), f.err.end(), '\n'), 1) << f.err;
}

TEST_F(Dispatch, AProgramThatIsNotThere) {
  const Finished f = Run({pack() + "/bin/gone"});
  EXPECT_EQ(f.status, 127);
  EXPECT_THAT(f.err, HasSubstr("No such file or directory"));
}

TEST_F(Dispatch, ADamagedLaunchFile) {
  const std::string good = *ReadFile(pack() + "/launch");
  std::string other_version = good;
  other_version[8] = 99;
  const std::string damaged[] = {"", "x", good.substr(0, good.size() / 2),
                                 std::string(good.size(), '\xff'),
                                 other_version};
  for (const std::string& bytes : damaged) {
    ASSERT_TRUE(WriteFile(pack() + "/launch", bytes, 0644).ok());
    const Finished f = Run({pack() + "/bin/identity"});
    EXPECT_EQ(f.status, 125) << bytes.size();
    EXPECT_THAT(f.err, HasSubstr("launch"));
    EXPECT_EQ(std::count(f.err.begin(), f.err.end(), '\n'), 1) << f.err;
  }
}

// ---- Inside ----

TEST_F(Dispatch, HostProgramsInsideHaveTheCallersEnvironment) {
  const Finished f =
      Run({pack() + "/bin/sh", "-c", "exec /usr/bin/env -i A=1 /usr/bin/env"});
  EXPECT_EQ(f.out, "A=1\n") << f.err;
  const Finished g = Run({pack() + "/bin/ending", "outlive", "/usr/bin/env"});
  EXPECT_THAT(g.out, HasSubstr("PATH=/usr/bin:/bin\nEMPTY=\nno equals sign\n"
                               "TWICE=1\nTWICE=2\n"));
  EXPECT_FALSE(absl::StrContains(g.out, "RELOCATABLE"));
}

TEST_F(Dispatch, APackedNameInsideThePack) {
  const std::string name = pack() + "/bin/identity";
  const Finished f = Run({pack() + "/bin/sh", "-c", absl::StrCat(name, " in")});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_EQ(f.err, "");
  EXPECT_THAT(f.out, HasSubstr(absl::StrCat("argv.0=", name, "\nargv.1=in\n")));
}

TEST_F(Dispatch, AnotherPackInsideThePack) {
  const SamplePack other(archive, product);
  ASSERT_EQ(other.error(), "");
  const Finished f = Run({pack() + "/bin/sh", "-c",
                          absl::StrCat(other.pack(), "/bin/raw; echo $?")});
  EXPECT_THAT(f.out, HasSubstr("store=there\n7\n")) << f.err;
  EXPECT_EQ(f.err, "");
}

TEST_F(Dispatch, SandboxesInsideThePack) {
  const std::string sandboxes[] = {
      "/usr/bin/unshare -Ur /bin/true",
      "/usr/bin/unshare -Urmpf --mount-proc /bin/true",
      "/usr/bin/bwrap --dev-bind / / --unshare-pid /bin/true"};
  for (const std::string& sandbox : sandboxes) {
    const Finished f = Run({pack() + "/bin/sh", "-c", sandbox});
    EXPECT_EQ(f.status, 0) << sandbox << ": " << f.err;
  }
}

TEST_F(Dispatch, AStatusIsTheProgramsOwn) {
  EXPECT_EQ(Run({pack() + "/bin/ending", "exit", "125"}).status, 125);
  EXPECT_EQ(Run({pack() + "/bin/ending", "kill", "15"}).status, 128 + 15);
}

TEST_F(Dispatch, AHelpOptionIsTheProgramsOwn) {
  const Finished f = Run({pack() + "/bin/identity", "--help", "--version"});
  EXPECT_THAT(f.out, HasSubstr("argv.1=--help\nargv.2=--version\n"));
}

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  if (argc < 3) {
    fprintf(stderr, "usage: %s PROGRAMS RELOCATABLE\n", argv[0]);
    return 2;
  }
  char* real = realpath(argv[2], nullptr);
  relocatable::archive = argv[1];
  relocatable::product = real != nullptr ? real : argv[2];
  return RUN_ALL_TESTS();
}
