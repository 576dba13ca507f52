// The store's programs run, and run from the store alone.

#include "testdata/store/native.h"

#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testdata/store/store.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;

// A shell command in the profile's bash, as an ordinary user.
Finished Shell(const std::string& command, HostFiles host) {
  const Store& store = RealStore();
  return RunNatively(
      store, {store.Bin("bash"), "-c", command},
      {.env = {"PATH=" + store.profile + "/bin", "HOME=/tmp", "TMPDIR=/tmp"},
       .set_env = true,
       .uid = OrdinaryUser()},
      host);
}

struct Case {
  const char* name;
  const char* command;
  const char* out;
};

class Native : public ::testing::TestWithParam<Case> {};

// With the host hidden: what is missing in the store is missing.
TEST_P(Native, RunsFromTheStoreAlone) {
  const Finished done = Shell(GetParam().command, HostFiles::kHidden);
  EXPECT_EQ(done.status, 0);
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(done.out, GetParam().out);
}

INSTANTIATE_TEST_SUITE_P(
    Programs, Native,
    ::testing::Values(
        Case{"Hello", "hello", "Hello, world!\n"},
        Case{"Bash", "sh -c 'echo $((6 * 7))'", "42\n"},
        Case{"Coreutils", "printf 'b\\na\\n' | sort | head -n 1", "a\n"},
        Case{"Findutils",
             "cd $(readlink -f $(type -p hello) | sed s,/bin/.*,,); find . "
             "-name hello | "
             "xargs dirname",
             "./bin\n"},
        Case{"Grep", "echo Word | grep -Po 'W(?=ord)'", "W\n"},
        Case{"Sed", "echo abc | sed s/b/-/", "a-c\n"},
        Case{"Gawk", "echo 1 2 | awk '{ print $1 + $2 }'", "3\n"},
        Case{"Tar",
             "cd $(readlink -f $(type -p hello) | sed s,/bin/.*,,); tar -c bin "
             "| tar -t",
             "bin/\nbin/hello\n"},
        Case{"Git",
             "cd $(mktemp -d) && git init -q -b main . && echo x > file && "
             "git add file && git -c user.name=N -c user.email=E commit -q "
             "-m 'first' && git log --format=%s && rm -rf $PWD",
             "first\n"},
        Case{"GitInPerl", "git send-email --version 2>&1 | head -c 3", "git"},
        Case{"GitRemote", "git remote-http 2>&1 | head -n 1",
             "error: remote-curl: usage: git remote-curl <remote> [<url>]\n"},
        Case{
            "Python",
            "python3 -c 'import ssl, sqlite3, subprocess, ctypes, lzma\n"
            "print(ssl.OPENSSL_VERSION.split()[0])\n"
            "print(sqlite3.connect(\":memory:\").execute(\"select "
            "41+1\").fetchone()[0])\n"
            "print(subprocess.check_output([\"hello\"], text=True), end=\"\")'",
            "OpenSSL\n42\nHello, world!\n"},
        // As started by a link elsewhere: what Debian's would do is look for
        // its modules from there, and then in /usr.
        Case{"PythonByAnotherName",
             "exec -a /tmp/python3 $(type -p python3) -c "
             "'import ssl, sys; print(sys.executable, ssl.__file__[:11])'",
             "/tmp/python3 /gnu/store/\n"},
        Case{"Perl", "perl -MPOSIX -MFile::Temp -e 'print floor(2.5), \"\\n\"'",
             "2\n"},
        Case{"Gcc",
             "cd $(mktemp -d) && echo 'int puts(); int main() { puts(\"made\");"
             " return 0; }' > a.c && gcc -w a.c -o a && ./a && "
             "gcc -w -static a.c -o a && ./a && rm -rf $PWD",
             "made\nmade\n"},
        Case{"Make",
             "cd $(mktemp -d) && printf 'SHELL = sh\\nall:\\n"
             "\\t@echo made\\n' > Makefile && make && rm -rf $PWD",
             "made\n"},
        // Of glibc, but loaded by it only when asked for.
        Case{"CharacterSets", "printf 'h\\351' | iconv -f LATIN1 -t UTF-8",
             "h\u00e9"},
        Case{"CharacterSetsThatShareALibrary",
             "printf '\\244\\242' | iconv -f EUC-JP -t UTF-8", "\u3042"},
        Case{"Users", "getent passwd root | cut -d: -f3", "0\n"},
        Case{"Locales",
             "export LOCPATH=$(readlink -f $(type -p locale) | sed s,/bin/.*,,)"
             "/lib/locale; LC_ALL=C.UTF-8 locale charmap",
             "UTF-8\n"},
        Case{"Script", "probe-script | tail -n 1", "hello from the store\n"},
        Case{"Static", "probe-static | tail -n 1", "hello from the store\n"},
        Case{"StaticPie", "probe-static-pie | tail -n 1",
             "hello from the store\n"},
        Case{"Musl", "probe-musl | tail -n 1", "hello from the store\n"},
        Case{"MuslStatic", "probe-musl-static | tail -n 1",
             "hello from the store\n"},
        Case{"Go", "probe-go | tail -n 1", "hello from the store\n"},
        Case{"GoStartsAProgram", "probe-go run $(type -p hello)",
             "Hello, world!\n"}),
    [](const ::testing::TestParamInfo<Case>& i) { return i.param.name; });

class Maps : public ::testing::TestWithParam<Case> {};

// With the host in sight, none of its files is mapped.
TEST_P(Maps, AreOfTheStoreOnly) {
  const Finished done = Shell(GetParam().command, HostFiles::kVisible);
  ASSERT_EQ(done.status, 0) << done.err;
  int of_the_store = 0;
  for (absl::string_view line : absl::StrSplit(done.out, '\n')) {
    const size_t slash = line.find('/');
    if (slash == absl::string_view::npos) continue;
    ++of_the_store;
    EXPECT_TRUE(absl::StartsWith(line.substr(slash), "/gnu/store/")) << line;
  }
  EXPECT_GT(of_the_store, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Programs, Maps,
    ::testing::Values(
        Case{"Cat", "cat /proc/self/maps"},
        Case{"Bash",
             "while read -r line; do echo \"$line\"; done "
             "< /proc/self/maps"},
        Case{"Python",
             "python3 -c 'import ssl, sqlite3, ctypes\n"
             "print(open(\"/proc/self/maps\").read())'"},
        Case{"PythonByAnotherName",
             "exec -a /tmp/python3 $(type -p python3) -c 'import ssl\n"
             "print(open(\"/proc/self/maps\").read())'"},
        Case{"PythonWithIconv",
             "python3 -c 'import ctypes\n"
             "c = ctypes.CDLL(None)\n"
             "c.iconv_open.restype = ctypes.c_long\n"
             "assert c.iconv_open(b\"EUC-JP\", b\"LATIN1\") != -1\n"
             "maps = open(\"/proc/self/maps\").read()\n"
             "assert \"EUC-JP.so\" in maps\n"
             "print(maps)'"},
        Case{"Perl", "perl -MSocket -ne print /proc/self/maps"},
        Case{"Gawk", "awk '{ print }' /proc/self/maps"},
        Case{"Probe", "probe maps"}, Case{"Static", "probe-static maps"},
        Case{"Musl", "probe-musl maps"}, Case{"Go", "probe-go maps"}),
    [](const ::testing::TestParamInfo<Case>& i) { return i.param.name; });

// What no item that is searched has is missing, though the host has it.
TEST(NativeLibraries, AreNeverTheHosts) {
  const char kBzip2[] = "libbz2.so.1.0";
  ASSERT_EQ(
      RunProgram({"/usr/bin/python3", "-c",
                  absl::StrCat("import ctypes; ctypes.CDLL('", kBzip2, "')")})
          .status,
      0);
  const Finished done = Shell(
      absl::StrCat("python3 -c \"import ctypes; ctypes.CDLL('", kBzip2, "')\""),
      HostFiles::kVisible);
  EXPECT_THAT(done.err, HasSubstr("OSError: libbz2.so.1.0: cannot open shared "
                                  "object file: No such file or directory"));
}

TEST(RunNatively, KeepsWhatTheCallerHas) {
  const Store& store = RealStore();
  const Finished done = RunNatively(
      store, {store.Bin("bash"), "-c", "pwd; echo $A; id -u; cat; exit 7"},
      {.cwd = "/usr/share",
       .env = {"A=b", "PATH=" + store.profile + "/bin"},
       .set_env = true,
       .uid = OrdinaryUser(),
       .input = "input\n"});
  const uid_t uid = OrdinaryUser() == 0 ? getuid() : OrdinaryUser();
  EXPECT_EQ(done.out, absl::StrCat("/usr/share\nb\n", uid, "\ninput\n"));
  EXPECT_EQ(done.status, 7);
}

TEST(RunNatively, ShowsAReadOnlyStoreAndTheHostBesideIt) {
  EXPECT_THAT(Shell("echo > /gnu/store/x", HostFiles::kVisible).err,
              HasSubstr("Read-only file system"));
  EXPECT_EQ(Shell("test -e /usr/bin/env", HostFiles::kVisible).status, 0);
  EXPECT_EQ(Shell("test -e /usr", HostFiles::kHidden).status, 1);
}

TEST(RunNatively, ShowsTheStoreAtAnotherPrefix) {
  const Store& store = SmallNixStore();
  EXPECT_EQ(RunNatively(store, {store.Bin("hello")}, {.uid = OrdinaryUser()},
                        HostFiles::kHidden)
                .out,
            "Hello, world!\n");
}

TEST(RunNatively, SaysWhatCannotBeRun) {
  const Finished done = RunNatively(SmallNixStore(), {"/nix/store/none"});
  EXPECT_EQ(done.status, 127);
  EXPECT_EQ(done.err,
            "enter: cannot run '/nix/store/none': No such file or directory\n");
}

}  // namespace
}  // namespace relocatable
