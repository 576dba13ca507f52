// Where the program starts.
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "engines/userns/testing/launcher.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

class CwdTest : public LauncherTest {
 protected:
  // What `script` prints, run through the engine by a shell that has run
  // `before` to get where it is; and what it prints natively.
  Finished After(const std::string& before, const std::string& script,
                 bool native = false) {
    Words words = {"/bin/sh", "-c", before + "; exec \"$@\"", "sh"};
    const Words program = {"/bin/sh", "-c", script};
    for (const std::string& word : native ? program : Packed(program)) {
      words.push_back(word);
    }
    return RunAsUser(words, {.cwd = lab_.dir()});
  }

  void ExpectAsNatively(const std::string& before, const std::string& script) {
    const Finished want = After(before, script, true);
    const Finished got = After(before, script);
    EXPECT_EQ(got.out, want.out) << before;
    EXPECT_EQ(got.err, want.err) << before;
    EXPECT_NE(got.out, "") << before;
  }
};

TEST_F(CwdTest, IsKept) {
  lab_.MakeFile("some dir/file", "here\n");
  ExpectAsNatively("cd 'some dir'", "pwd; cat file");
  EXPECT_EQ(After("cd 'some dir'", "pwd").out, lab_.Path("some dir") + "\n");
}

TEST_F(CwdTest, IsKeptThroughALink) {
  lab_.MakeFile("dir/file", "here\n");
  ASSERT_EQ(symlink("dir", lab_.Path("link").c_str()), 0);
  ExpectAsNatively("cd link", "pwd; pwd -P; cat file; cat ../dir/file");
}

TEST_F(CwdTest, IsKeptWhenItHasBeenRemoved) {
  chmod(lab_.dir().c_str(), 0777);
  ExpectAsNatively("mkdir gone; cd gone; rmdir ../gone",
                   "stat -c %h .; ls -a; readlink /proc/self/cwd");
}

TEST_F(CwdTest, IsKeptWhenAnotherHasItsName) {
  chmod(lab_.dir().c_str(), 0777);
  ExpectAsNatively(
      "rm -rf old older; mkdir old; echo old >old/file; cd old; "
      "mv ../old ../older; mkdir ../old; echo new >../old/file",
      "cat file; pwd -P");
}

TEST_F(CwdTest, IsKeptWhenItsParentCannotBeSearched) {
  chmod(lab_.dir().c_str(), 0777);
  ExpectAsNatively(
      "chmod -Rf 755 shut; mkdir -p shut/in; echo in >shut/in/file; "
      "cd shut/in; chmod 0 ..",
      "cat file; chmod 755 ..");
}

TEST_F(CwdTest, IsTheRebuiltDirectoryIfItWasRebuilt) {
  EXPECT_EQ(StartPacked({"/bin/sh", "-c", "pwd -P; ls -d relocatable-test"},
                        {.cwd = "/"})
                .out,
            "/\nrelocatable-test\n");
  const std::string dir = lab_.MakeDir("dir");
  EXPECT_EQ(Start({"-b", lab_.Path("store=") + dir + "/new", "/bin/sh", "-c",
                   "pwd -P; cat new/item"},
                  {.cwd = dir})
                .out,
            dir + "\npacked\n");
}

TEST_F(CwdTest, IsKeptWhenAMountCoversIt) {
  lab_.MakeFile("covered/file", "beneath\n");
  const Finished run =
      RunAsUser({start_, "-b", lab_.Path("store=") + lab_.Path("covered"),
                 "/bin/cat", "file"},
                {.cwd = lab_.Path("covered")});
  EXPECT_EQ(run.out, "beneath\n") << run.err;
}

TEST_F(CwdTest, IsWhereTheLaunchSays) {
  EXPECT_EQ(StartPacked({"-w", kPrefix, "/bin/cat", "item"}).out, "packed\n");
}

TEST_F(CwdTest, IsTheRootIfTheViewHasNoSuchDirectory) {
  lab_.MakeDir("root/proc");
  const Words in_root = {"-r",       lab_.Path("root"),
                         "-b",       "/proc=/proc",
                         "-b",       "/usr=/usr",
                         "-b",       "/lib64=/lib64",
                         "-b",       "/bin=/bin",
                         "-b",       "/lib=/lib",
                         "/bin/pwd", "-P"};
  EXPECT_EQ(Start(in_root, {.cwd = lab_.dir()}).out, "/\n");
  lab_.MakeDir("root/inside");
  EXPECT_EQ(Start(in_root, {.cwd = lab_.Path("root/inside")}).out, "/inside\n");
  EXPECT_EQ(Start(in_root, {.cwd = "/usr/lib"}).out, "/usr/lib\n");
}

}  // namespace
}  // namespace relocatable
