// Each rule of elf/shebang.h, asked of the parser and of the kernel: every file
// here is also started, and what execve made of it compared.
#include "elf/shebang.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

// A folder with a short name, which has a program "p" that prints its
// arguments.
class Kernel : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    char folder[] = "/tmp/XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    const absl::StatusOr<std::string> program = ReadFile("elf/print_args");
    ASSERT_TRUE(program.ok()) << program.status();
    ASSERT_TRUE(WriteFile(folder_ + "/p", *program, 0755).ok());
  }
  static void TearDownTestSuite() {
    unlink((folder_ + "/p").c_str());
    unlink((folder_ + "/s").c_str());
    rmdir(folder_.c_str());
  }

  // The program's path, with so many slashes that it has `size` bytes.
  static std::string Program(size_t size = 0) {
    std::string path = folder_ + "/p";
    if (size > path.size()) path.insert(1, size - path.size(), '/');
    return path;
  }

  // "refused" (ENOEXEC), "missing" (ENOENT, ENOTDIR), "denied" (EACCES), or the
  // interpreter's arguments.
  static std::string AskKernel(const std::string& file);
  static std::string AskParser(const std::string& file);

  static std::string folder_;
};
std::string Kernel::folder_;

// Starts `path` without an argument; its output, or "errno N" if execve fails.
std::string Start(const std::string& path) {
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    dup2(out[1], STDOUT_FILENO);
    char* const argv[] = {const_cast<char*>("name"), nullptr};
    execve(path.c_str(), argv, environ);
    dprintf(out[1], "errno %d", errno);
    _exit(1);
  }
  close(out[1]);
  std::string output;
  char buffer[4096];
  for (ssize_t n; (n = read(out[0], buffer, sizeof(buffer))) > 0;) {
    output.append(buffer, n);
  }
  close(out[0]);
  waitpid(child, nullptr, 0);
  return output;
}

std::string Kernel::AskKernel(const std::string& file) {
  const std::string script = folder_ + "/s";
  unlink(script.c_str());
  if (!WriteFile(script, file, 0755).ok()) return "not written";
  const std::string output = Start(script);
  if (output == absl::StrCat("errno ", ENOEXEC)) return "refused";
  if (output == absl::StrCat("errno ", ENOENT)) return "missing";
  if (output == absl::StrCat("errno ", ENOTDIR)) return "missing";
  if (output == absl::StrCat("errno ", EACCES)) return "denied";
  return absl::StrReplaceAll(output, {{absl::StrCat("[", script, "]"), ""}});
}

std::string Kernel::AskParser(const std::string& file) {
  const auto shebang = ParseShebang(file.substr(0, kShebangBuffer));
  if (!shebang.ok() || !shebang->has_value()) return "refused";
  if ((*shebang)->interpreter.empty()) return "denied";
  if (access((*shebang)->interpreter.c_str(), F_OK) != 0) return "missing";
  return (*shebang)->argument.has_value()
             ? absl::StrCat("[", *(*shebang)->argument, "]")
             : "";
}

struct RuleCase {
  const char* name;
  std::string before;  // the file is: before, the program's path, after
  size_t path_size;    // 0: as short as it is
  std::string after;
  std::string expect;
};

class Rule : public Kernel, public ::testing::WithParamInterface<RuleCase> {};

TEST_P(Rule, IsTheKernelsToo) {
  const RuleCase& c = GetParam();
  const std::string file =
      absl::StrCat(c.before, Program(c.path_size), c.after);
  EXPECT_EQ(AskParser(file), c.expect);
  EXPECT_EQ(AskKernel(file), c.expect);
}

std::string Fill(size_t size, char c) { return std::string(size, c); }
const std::string kNul(1, '\0');

INSTANTIATE_TEST_SUITE_P(
    All, Rule,
    ::testing::Values(
        RuleCase{"NoArgument", "#!", 0, "\n", ""},
        RuleCase{"OneArgument", "#!", 0, " -x\n", "[-x]"},
        RuleCase{"InnerBlanksStay", "#!", 0, " -x \t y\n", "[-x \t y]"},
        RuleCase{"BlanksBeforeTheInterpreter", "#! \t ", 0, " -x\n", "[-x]"},
        RuleCase{"TabSeparates", "#!", 0, "\t-x\n", "[-x]"},
        RuleCase{"BlanksAtTheEnd", "#!", 0, " -x \t\n", "[-x]"},
        RuleCase{"BlanksAtTheEndOnly", "#!", 0, " \t \n", ""},
        RuleCase{"CarriageReturnIsNoBlank", "#!", 0, "\r\n", "missing"},
        RuleCase{"CarriageReturnStaysInTheArgument", "#!", 0, " -x\r\n",
                 "[-x\r]"},
        RuleCase{"OnlyTheFirstLine", "#!", 0, " -x\n-y\n", "[-x]"},
        RuleCase{"NoNewline", "#!", 0, "", ""},
        RuleCase{"NoNewlineWithArgument", "#!", 0, " -x", "[-x]"},
        RuleCase{"NoNewlineKeepsBlanksAtTheEnd", "#!", 0, " -x ", "[-x ]"},
        RuleCase{"NulEndsTheInterpreter", "#!", 0, kNul + "-x\n", ""},
        RuleCase{"NulEndsTheArgument", "#!", 0, " -x" + kNul + "y\n", "[-x]"},
        RuleCase{"NewlineBehindANulIsNotSeen", "#!", 0, " -x " + kNul + "y\n",
                 "[-x ]"},
        RuleCase{"SpaceBeforeTheMark", " #!", 0, "\n", "refused"},
        RuleCase{"NoMark", "", 0, "\n", "refused"},
        RuleCase{"PathThatJustFits", "#!", 253, "\n", ""},
        RuleCase{"PathThatDoesNotFit", "#!", 254, "\n", "refused"},
        RuleCase{"PathThatFitsWithABlank", "#!", 253, " -x\n", ""},
        RuleCase{"BlankBeforeTheEndOfTheFile", "#!", 0, " ", "[]"},
        RuleCase{"LongArgumentIsCut", "#!", 200, " " + Fill(100, 'x') + "\n",
                 "[" + Fill(52, 'x') + "]"},
        RuleCase{"ArgumentThatJustFits", "#!", 200, " " + Fill(52, 'x') + "\n",
                 "[" + Fill(52, 'x') + "]"},
        RuleCase{"CutBlanksAreCutOff", "#!", 200,
                 " xx" + Fill(100, ' ') + "y\n", "[xx]"}),
    [](const ::testing::TestParamInfo<RuleCase>& i) { return i.param.name; });

class WithoutInterpreter : public Kernel,
                           public ::testing::WithParamInterface<
                               std::pair<std::string, std::string>> {};

TEST_P(WithoutInterpreter, IsTheKernelsToo) {
  EXPECT_EQ(AskParser(GetParam().first), GetParam().second);
  EXPECT_EQ(AskKernel(GetParam().first), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(
    All, WithoutInterpreter,
    ::testing::Values(
        std::make_pair("", "refused"), std::make_pair("#", "refused"),
        // Padded with NULs: an interpreter with an empty name.
        std::make_pair("#!", "denied"), std::make_pair("#!  ", "denied"),
        std::make_pair("#!\n", "refused"), std::make_pair("#! \t\n", "refused"),
        std::make_pair("#!" + Fill(300, ' '), "refused"),
        std::make_pair("#!" + Fill(253, ' ') + "x", "refused"),
        std::make_pair("#!" + Fill(252, ' ') + "x y", "missing"),
        std::make_pair("#!" + Fill(300, 'x'), "refused"),
        std::make_pair("#!" + Fill(253, 'x') + " ", "missing")));

// Two hundred lines of random pieces: the parser and the kernel agree on all.
TEST_F(Kernel, AgreesOnRandomLines) {
  const std::string pieces[] = {
      Program(),    " ",          "\t",          "\n",          kNul,
      "x",          "-a b",       Fill(60, 'y'), Fill(60, ' '), Program(100),
      Program(200), Program(251), Program(252),  Program(253),  "\r"};
  std::mt19937 random(4711);
  int scripts = 0;
  for (int i = 0; i < 200; ++i) {
    std::string file = "#!";
    for (int n = random() % 8; n > 0; --n) {
      file += pieces[random() % std::size(pieces)];
    }
    const std::string ours = AskParser(file);
    ASSERT_EQ(ours, AskKernel(file)) << testing::PrintToString(file);
    if (ours != "refused" && ours != "missing" && ours != "denied") ++scripts;
  }
  EXPECT_GT(scripts, 20);
}

TEST(ParseShebang, SaysWhyTheKernelRefuses) {
  EXPECT_EQ(std::string(ParseShebang("#!\n").status().message()),
            "has a #! line without an interpreter");
  EXPECT_EQ(std::string(ParseShebang("#!" + Fill(300, 'x')).status().message()),
            "has a #! line whose interpreter does not fit in 256 bytes");
}

TEST(ParseShebang, IsSilentAboutOtherFiles) {
  EXPECT_FALSE(ParseShebang("\177ELF")->has_value());
  EXPECT_FALSE(ParseShebang("")->has_value());
}

TEST(ParseShebang, LooksAt256BytesOnly) {
  const auto shebang = ParseShebang("#!/a " + Fill(10'000, 'x') + "\n");
  ASSERT_TRUE(shebang.ok()) << shebang.status();
  EXPECT_EQ((*shebang)->argument->size(), kShebangBuffer - 1 - 5);
}

}  // namespace
}  // namespace relocatable
