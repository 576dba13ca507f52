// Programs that people use, from a real store: what they do natively, they do
// under every engine. The same output, errors and status, as an ordinary user.
//
//   real_programs_test RELOCATABLE

#include <stdlib.h>
#include <unistd.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "engines/conformance/paths_main.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testdata/store/native.h"
#include "testdata/store/store.h"

namespace relocatable {
namespace {

std::string relocatable;

// real_programs/NAME.sh is run by bash in a fresh directory, and may say
// nothing that changes from run to run.
struct Row {
  const char* name;
  const char* natively;  // what the native output holds
  // Of the host, found through its PATH; else the store's profile is in PATH.
  const char* host_program = nullptr;
  bool traces = false;  // is a tracer: there can be one (docs/engines/proot.md)
  bool asks_who = false;  // refuses a user whom /etc/passwd does not know
};

constexpr uid_t kDaemon = 1;  // Debian's base-passwd

constexpr Row kRows[] = {
    {"git", "remotes/origin/main"},
    {"shell", "caught"},
    {"python", "b'HELLO\\n'"},
    {"python_venv", "True env"},
    {"python_multiprocessing", "forkserver [0, 1, 4, 9, 16, 25, 36, 49]"},
    {"perl", "/gnu/store"},
    {"gcc_and_make", "42"},
    {"processes", "sleep 10"},
    {"busybox", "copied", "busybox"},
    {"gdb", "exited with code 03", "gdb", true},
    {"java", "missing /gnu/none", "java"},
    {"lua", "Invalid cross-device link", "lua5.4"},
    {"node", "worker true", "node"},
    {"ruby", "Errno::EROFS", "ruby"},
    {"ssh_keygen", "ssh-ed25519", "ssh-keygen", false, true},
    {"strace", "/gnu/store\n1", "strace", true},
};

std::string Script(const Row& row) {
  return ReadFile(absl::StrCat("engines/conformance/real_programs/", row.name,
                               ".sh"))
      .value();
}

class RealPrograms
    : public ::testing::TestWithParam<std::tuple<std::string, const Row*>> {
 protected:
  static void SetUpTestSuite() {
    char name[] = "/tmp/real.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    top_ = name;
    const Finished made = RunProgram(
        {"/bin/sh", "-ec",
         "chmod 755 .; mkdir home; install \"$0\" relocatable", relocatable},
        {.cwd = top_});
    ASSERT_EQ(made.status, 0) << made.err;
  }
  static void TearDownTestSuite() {
    RunProgram({"/bin/sh", "-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", top_});
  }

  RunOptions Options(const Row& row) {
    RunProgram(
        {"/bin/sh", "-c", "rm -rf work; mkdir work; chmod 777 work home"},
        {.cwd = top_});
    RunOptions options;
    options.cwd = top_ + "/work";
    options.env = {row.host_program == nullptr
                       ? "PATH=" + store_.profile + "/bin"
                       : "PATH=/usr/bin:/bin",
                   "HOME=" + top_ + "/home", "LC_ALL=C", "TZ=UTC"};
    options.set_env = true;
    options.uid = row.asks_who && geteuid() == 0 ? kDaemon : OrdinaryUser();
    options.timeout_seconds = 200;
    return options;
  }
  std::vector<std::string> Program(const Row& row) {
    return {store_.Bin("bash"), "-c", Script(row)};
  }
  // Once for all engines.
  const Finished& Native(const Row& row) {
    static auto& runs = *new std::map<const Row*, Finished>;
    const auto [at, is_new] = runs.try_emplace(&row);
    if (is_new) at->second = RunNatively(store_, Program(row), Options(row));
    return at->second;
  }
  Finished Engine(const std::string& engine, const Row& row,
                  const std::vector<std::string>& program) {
    std::vector<std::string> words = {
        top_ + "/relocatable",
        "run",
        "--engine=" + engine,
        "-b",
        store_.OnHost("/gnu/store") + ":/gnu/store:ro",
        "--"};
    words.insert(words.end(), program.begin(), program.end());
    return RunProgram(words, Options(row));
  }

  const Store& store_ = RealStore();
  static std::string top_;
};

std::string RealPrograms::top_;

bool IsOnHost(const char* program) {
  const char* const find = "command -v \"$0\" >/dev/null";
  return RunProgram({"/bin/sh", "-c", find, program}).status == 0;
}

TEST_P(RealPrograms, AreAsInstalled) {
  const auto& [engine, row_pointer] = GetParam();
  const Row& row = *row_pointer;
  if (row.host_program != nullptr && !IsOnHost(row.host_program)) {
    RELOC_SKIP("programs", absl::StrCat("there is no ", row.host_program));
  }
  const Finished tried = Engine(engine, row, {store_.Bin("true")});
  if (tried.status != 0) RELOC_SKIP(engine, tried.err);
  const Finished& native = Native(row);
  EXPECT_THAT(native.out, ::testing::HasSubstr(row.natively)) << native.err;
  const Finished f = Engine(engine, row, Program(row));
  if (row.traces && engine == "proot") {
    EXPECT_THAT(f.out + f.err, ::testing::HasSubstr("Operation not permitted"));
    return;
  }
  EXPECT_EQ(f.out, native.out);
  EXPECT_EQ(f.err, native.err);
  EXPECT_EQ(f.status, native.status);
}

INSTANTIATE_TEST_SUITE_P(
    Engines, RealPrograms,
    ::testing::Combine(::testing::Values("userns", "inprocess", "fakechroot",
                                         "proot"),
                       ::testing::ValuesIn([] {
                         std::vector<const Row*> rows;
                         for (const Row& row : kRows) rows.push_back(&row);
                         return rows;
                       }())),
    [](const auto& info) {
      return std::get<0>(info.param) + "_" + std::get<1>(info.param)->name;
    });

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  return relocatable::RunTestsWithPaths(
      argc, argv, {{"RELOCATABLE", &relocatable::relocatable}});
}
