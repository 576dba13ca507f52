// How a program of a pack is started under fakechroot: by its own ld.so, with
// the pack's module, or by the pack's binary (engines/intercept/start_door.h).
// Seen from outside, where /proc/PID/exe is what the kernel has executed.
//
//   doors_test programs.tar RELOCATABLE DENY

#include <stdlib.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "engines/conformance/world.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string archive, relocatable_binary, deny_tool;

constexpr char kByLoader[] = "/lib/ld-linux-x86-64.so.2\n";
constexpr char kByBinary[] = "/pack/relocatable\n";

class Doors : public ::testing::Test {
 protected:
  void SetUp() override {
    world_ = std::make_unique<World>(archive, relocatable_binary, true);
    ASSERT_EQ(world_->error(), "");
  }

  // A command on the host, with $P the pack and $S its store.
  Finished OnHost(const std::string& command) const {
    return RunProgram({"/bin/sh", "-ec",
                       absl::StrCat("export RELOCATABLE_ENGINE=fakechroot; P=",
                                    world_->pack(),
                                    "; S=$P/root/gnu/store; cd /; ", command)});
  }

  // What the kernel has executed for a program of the pack, which `start`
  // starts: it says something when it runs, and waits.
  std::string DoorOf(const std::string& start) const {
    const Finished f = OnHost(absl::StrCat(
        "T=", world_->pack(), ".test; rm -rf $T; mkdir $T; mkfifo $T/out; ",
        start, " >$T/out & exec 3<$T/out; read -r line <&3; ",
        "readlink /proc/$!/exe; kill -9 $!; rm -r $T"));
    EXPECT_EQ(f.status, 0) << f.err;
    return f.out;
  }

  std::unique_ptr<World> world_;
};

TEST_F(Doors, ADynamicProgramOfThePackGoesByItsLoader) {
  EXPECT_THAT(DoorOf("$P/bin/ending wait"), EndsWith(kByLoader));
  EXPECT_THAT(DoorOf("$P/relocatable run --name=bin/ending $P wait"),
              EndsWith(kByLoader));
}

TEST_F(Doors, SoDoesWhatItExecutes) {
  EXPECT_THAT(
      DoorOf("$P/bin/sh -c 'exec /gnu/store/*-programs-1/bin/ending wait'"),
      EndsWith(kByLoader));
  EXPECT_THAT(
      DoorOf("$P/bin/sh -c 'exec /gnu/store/*-programs-1/bin/ending_static "
             "wait'"),
      EndsWith(kByBinary));
}

TEST_F(Doors, WhatHasNoLoaderGoesByTheBinary) {
  EXPECT_THAT(DoorOf("$P/bin/ending_static wait"), EndsWith(kByBinary));
}

TEST_F(Doors, WhoAsksSomethingOfTheLoaderGoesByTheBinary) {
  for (const char* variable :
       {"LD_PRELOAD=", "LD_LIBRARY_PATH=/x", "LD_BIND_NOW=1",
        "GLIBC_TUNABLES=glibc.malloc.check=0"}) {
    EXPECT_THAT(DoorOf(absl::StrCat("env ", variable, " $P/bin/ending wait")),
                EndsWith(kByBinary))
        << variable;
  }
  EXPECT_THAT(DoorOf("env LD=1 $P/bin/ending wait"), EndsWith(kByLoader));
}

TEST_F(Doors, APackWithoutItsModuleGoesByTheBinary) {
  EXPECT_EQ(OnHost("rm $P/lib/audit.so").status, 0);
  EXPECT_THAT(DoorOf("$P/bin/ending wait"), EndsWith(kByBinary));
}

TEST_F(Doors, APackUnderAPathThatTheLoaderWouldTakeApartGoesByTheBinary) {
  EXPECT_EQ(OnHost("mkdir $P:1; mv $P $P:1/pack").status, 0);
  EXPECT_THAT(DoorOf("$P:1/pack/bin/ending wait"), EndsWith(kByBinary));
  EXPECT_EQ(OnHost("mv $P:1/pack $P; rmdir $P:1").status, 0);
}

TEST_F(Doors, AnotherBinaryDoesNotUseThePacksModule) {
  EXPECT_THAT(DoorOf("$P/../relocatable run --name=bin/ending $P wait"),
              EndsWith("/relocatable\n"));
}

TEST_F(Doors, AReplacedProgramGoesByTheBinary) {
  EXPECT_EQ(OnHost("cd $S/*-programs-1/bin; chmod u+w .; cp ending e; "
                   "mv -f e ending; chmod u-w .")
                .status,
            0);
  EXPECT_THAT(DoorOf("$P/bin/ending wait"), EndsWith(kByBinary));
}

// The interceptor's place cannot be had: the module executes the binary.
TEST_F(Doors, WhereTheModuleCannotBringTheInterceptorTheBinaryStartsIt) {
  const std::string deny = absl::StrCat(
      deny_tool, " 'mmap(0==0x60000000)=ENOMEM' -- $P/bin/ending ");
  const Finished f = OnHost(absl::StrCat("cd $OLDPWD; ", deny, "exit 7"));
  EXPECT_EQ(f.status, 7);
  EXPECT_EQ(f.out, "ends by=exit 7\n");
  EXPECT_EQ(f.err, "");
  EXPECT_THAT(DoorOf(absl::StrCat("cd $OLDPWD; ", deny, "wait")),
              EndsWith(kByBinary));
}

TEST_F(Doors, IsWhatEnginesSays) {
  EXPECT_THAT(OnHost("$P/relocatable engines $P/bin/ending").out,
              HasSubstr("  fakechroot   serves it, started by its ld.so\n"));
  EXPECT_THAT(
      OnHost("$P/relocatable engines $P/bin/static_tls").out,
      ContainsRegex("  fakechroot   serves it, started by relocatable, since "
                    "its libraries ask for 4[0-9]* bytes of static TLS, more "
                    "than 256\n"));
  EXPECT_THAT(OnHost("$P/relocatable engines $P/bin/raw").out,
              HasSubstr("started by relocatable, since it has no ld.so\n"));
}

TEST_F(Doors, TheCommandThatInspectPrintsRuns) {
  const Finished f = OnHost(
      "line=$($P/relocatable inspect --command --engine=fakechroot "
      "$P/bin/ending); sh -c \"$line exit 5\"");
  EXPECT_EQ(f.status, 5) << f.err;
  EXPECT_EQ(f.out, "ends by=exit 5\n");
}

TEST_F(Doors, ASetuidChildKeepsItsPrivilege) {
  if (geteuid() != 0) RELOC_SKIP("root", "only root makes a setuid program");
  const std::string program = world_->pack() + ".id";
  ASSERT_EQ(OnHost("cp /usr/bin/id $P.id; chmod 4755 $P.id").status, 0);
  for (const char* start :
       {"$P/bin/sh",
        "env LD_BIND_NOW=1 $P/bin/sh"}) {  // by the loader, by the binary
    const Finished f = OnHost(
        absl::StrCat("setpriv --reuid=61234 --regid=61234 --clear-groups ",
                     start, " -c '", program, " -u; ", program, " -ru'"));
    EXPECT_EQ(f.out, "0\n61234\n") << start << f.err;
  }
  // The same, where it is given nothing.
  EXPECT_EQ(OnHost(absl::StrCat("setpriv --reuid=61234 --regid=61234 "
                                "--clear-groups --no-new-privs $P/bin/sh -c '",
                                program, " -u'"))
                .out,
            "61234\n");
  OnHost("rm $P.id");
}

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  if (argc < 4) return 2;
  relocatable::archive = argv[1];
  relocatable::relocatable_binary = argv[2];
  relocatable::deny_tool = argv[3];
  return RUN_ALL_TESTS();
}
