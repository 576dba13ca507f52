// What the command `pack` leaves behind when it cannot finish: nothing, and one
// line. As an ordinary user, whoever runs the test.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::IsEmpty;

constexpr uid_t kStranger = 61235;

class PackFailure : public ::testing::Test {
 protected:
  PackFailure() : t_("/tmp"), item_("gnu/store/" + std::string(32, 'b')) {
    item_ += "-noise-1";
    chmod(t_.root().c_str(), 0755);
    chmod(t_.Dir("work").c_str(), 01777);
    product_ = t_.File("relocatable", *ReadFile("cli/relocatable"), 0755);
    t_.File(item_ + "/bin/noise", "#!/bin/sh\n", 0555);
  }

  Finished Run(const std::vector<std::string>& argv,
               std::function<void()> before_exec = {}) {
    return RunProgram(argv, {.cwd = t_.Path("work"),
                             .uid = kStranger,
                             .before_exec = std::move(before_exec),
                             .timeout_seconds = 60});
  }

  // `options` are words for sh(1).
  std::string PackLine(const std::string& options) {
    return absl::StrCat(product_, " pack -q --scan ", options, " ",
                        t_.Path(item_));
  }

  std::vector<std::string> Left() const {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(t_.Path("work"))) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  TempTree t_;
  std::string item_, product_;
};

// Bytes that take a compressor its time.
std::string Noise(size_t size) {
  std::string noise(size, '\0');
  uint64_t x = 88172645463325252u;
  for (char& c : noise) {
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    c = static_cast<char>(x);
  }
  return noise;
}

struct SignalCase {
  const char* name;
  int signal;
};

class Interrupted : public PackFailure,
                    public ::testing::WithParamInterface<SignalCase> {};

TEST_P(Interrupted, DiesOfItAndLeavesNothing) {
  t_.File(item_ + "/noise", Noise(48 << 20));
  const int signal = GetParam().signal;
  const Finished f =
      Run({"/bin/sh", "-c",
           absl::StrCat(PackLine("-o x.tar.zst --level 19"),
                        " & set -- *.tmp-*; while ! [ -e \"$1\" ]; do"
                        " set -- *.tmp-*; done; kill -",
                        signal, " $!; wait $!")},
          [] { ::signal(SIGINT, SIG_DFL); });
  EXPECT_EQ(f.status, 128 + signal) << f.err;
  EXPECT_THAT(Left(), IsEmpty());
}

// sh(1) makes its background commands ignore SIGINT: see the next test.
INSTANTIATE_TEST_SUITE_P(All, Interrupted,
                         ::testing::Values(SignalCase{"Term", SIGTERM},
                                           SignalCase{"Hup", SIGHUP}),
                         [](const ::testing::TestParamInfo<SignalCase>& i) {
                           return i.param.name;
                         });

TEST_F(PackFailure, AnInterruptThatIsIgnoredStaysSo) {
  const Finished f =
      Run({"/bin/sh", "-c",
           absl::StrCat("trap '' INT TERM HUP; (", PackLine("-o x"),
                        ") & kill -INT $!; wait $!; chmod -R u+w x/root; "
                        "rm -r x")});
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_THAT(Left(), IsEmpty());
}

TEST_F(PackFailure, AnUnreadableFileOfTheSource) {
  const std::string file = t_.File(item_ + "/share/secret", "x", 0000);
  for (const char* options : {"-o x", "-f tar.gz"}) {
    const Finished f = Run({"/bin/sh", "-c", PackLine(options)});
    EXPECT_EQ(f.status, 1);
    EXPECT_EQ(f.err, absl::StrCat("relocatable pack: cannot open '", file,
                                  "': Permission denied\n"));
    EXPECT_THAT(Left(), IsEmpty());
  }
}

TEST_F(PackFailure, APlaceThatCannotBeWritten) {
  chmod(t_.Path("work").c_str(), 0555);
  for (const char* options : {"-o x", "-o x.tar.gz"}) {
    const Finished f = Run({"/bin/sh", "-c", PackLine(options)});
    EXPECT_EQ(f.status, 1);
    EXPECT_THAT(f.err, ::testing::MatchesRegex(
                           "relocatable pack: .*: Permission denied\n"));
    EXPECT_THAT(Left(), IsEmpty());
  }
}

TEST_F(PackFailure, ADiskThatIsFull) {
  const Finished f = Run({"/bin/sh", "-c", PackLine("-f tar -o - >/dev/full")});
  EXPECT_EQ(f.status, 1);
  EXPECT_EQ(f.err,
            "relocatable pack: cannot write standard output: No space left on "
            "device\n");
}

}  // namespace
}  // namespace relocatable
