// Views of every kind: what a program finds where.
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engines/userns/testing/launcher.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;

class ViewTest : public LauncherTest {
 protected:
  ViewTest() {
    lab_.MakeFile("one/file", "one\n");
    lab_.MakeFile("two/file", "two\n");
    lab_.MakeFile("host/kept", "kept\n");
    lab_.MakeFile("host/file", "host\n");
  }

  // "HOST=GUEST" of a path below the lab.
  std::string At(const std::string& below, const std::string& guest) {
    return absl::StrCat(lab_.Path(below), "=", guest);
  }

  // The output of a shell in a view with these options.
  std::string In(Words options, const std::string& script) {
    for (const char* word : {"/bin/sh", "-c"}) options.push_back(word);
    options.push_back(script);
    const Finished run = Start(options, {.cwd = lab_.dir()});
    EXPECT_EQ(run.err, "") << script;
    return run.out;
  }

  const std::string host_ = lab_.Path("host");
};

TEST_F(ViewTest, ABindHidesWhatItCovers) {
  EXPECT_EQ(In({"-b", At("one", host_)}, "cat host/file; ls host"),
            "one\nfile\n");
}

TEST_F(ViewTest, ABoundFileHidesAFile) {
  EXPECT_EQ(
      In({"-b", At("one/file", host_ + "/file")}, "cat host/file host/kept"),
      "one\nkept\n");
}

TEST_F(ViewTest, AMountPointNeedNotExist) {
  EXPECT_EQ(In({"-b", At("one", host_ + "/new/deep"), "-b",
                At("two/file", host_ + "/newfile")},
               "cat host/new/deep/file host/newfile host/kept; ls host"),
            "one\ntwo\nkept\nfile\nkept\nnew\nnewfile\n");
  EXPECT_NE(access((host_ + "/new").c_str(), F_OK), 0);
  EXPECT_NE(access((host_ + "/newfile").c_str(), F_OK), 0);
}

TEST_F(ViewTest, TheDeepestWinsWhateverTheOrder) {
  const Words inner = {"-b", At("one", "/new/a/b")};
  const Words outer = {"-b", At("two", "/new/a")};
  for (const bool inner_first : {true, false}) {
    Words options = inner_first ? inner : outer;
    for (const std::string& word : inner_first ? outer : inner) {
      options.push_back(word);
    }
    EXPECT_EQ(In(options, "cat /new/a/file /new/a/b/file"), "two\none\n");
  }
  EXPECT_NE(access(lab_.Path("two/b").c_str(), F_OK), 0);
}

TEST_F(ViewTest, OfEqualGuestsTheLastWins) {
  EXPECT_EQ(
      In({"-b", At("one", "/new"), "-b", At("two", "/new")}, "cat /new/file"),
      "two\n");
}

TEST_F(ViewTest, ASourceIsTheHostsEvenIfTheViewHidesIt) {
  lab_.MakeFile("host/inner/file", "inner\n");
  EXPECT_EQ(In({"-b", At("one", host_), "-b", At("host/inner", "/new"), "-b",
                At("host/kept", host_ + "/file")},
               "cat host/file /new/file"),
            "kept\ninner\n");
}

TEST_F(ViewTest, ASourceMayBeRelative) {
  EXPECT_EQ(In({"-b", "one=/new", "-b", "two/file=/newfile"},
               "cat /new/file /newfile"),
            "one\ntwo\n");
}

TEST_F(ViewTest, ALinkOnTheWayIsFollowed) {
  ASSERT_EQ(symlink("host", lab_.Path("link").c_str()), 0);
  EXPECT_EQ(In({"-b", At("one", lab_.Path("link/new"))},
               "cat link/new/file host/new/file; readlink link"),
            "one\none\nhost\n");
}

TEST_F(ViewTest, OnlyAReadOnlyBindIsReadOnly) {
  for (const char* name : {"one", "two"}) chmod(lab_.Path(name).c_str(), 0777);
  const Finished run =
      Start({"-b", At("one", "/new/one"), "-o", At("two", "/new/two"),
             "/bin/sh", "-c", "echo x >/new/one/x; echo x >/new/two/x"});
  EXPECT_THAT(run.err,
              HasSubstr("cannot create /new/two/x: Read-only file system"));
  EXPECT_EQ(access(lab_.Path("one/x").c_str(), F_OK), 0);
  EXPECT_NE(access(lab_.Path("two/x").c_str(), F_OK), 0);
}

// Rebuilt, since it lacks the mount point of another: its entries are mounts of
// their own then.
TEST_F(ViewTest, AReadOnlyBindStaysSoWhenRebuilt) {
  lab_.MakeDir("two/sub");
  for (const char* name : {"one", "two/sub"}) {
    chmod(lab_.Path(name).c_str(), 0777);
  }
  const Finished run =
      Start({"-o", At("two", "/new"), "-b", At("one", "/new/rw"), "/bin/sh",
             "-c", "echo x >/new/rw/x; echo x >/new/sub/x"});
  EXPECT_THAT(run.err,
              HasSubstr("cannot create /new/sub/x: Read-only file system"));
  EXPECT_EQ(access(lab_.Path("one/x").c_str(), F_OK), 0);
}

TEST_F(ViewTest, ManyBinds) {
  Words options;
  for (int i = 0; i < 300; ++i) {
    options.push_back("-b");
    options.push_back(At(i % 3 == 0 ? "one" : "two", absl::StrCat("/m/", i)));
  }
  EXPECT_EQ(In(options, "cat /m/*/file | sort | uniq -c | tr -d ' '"),
            "100one\n200two\n");
}

TEST_F(ViewTest, AMirroredDirectoryKeepsItsMode) {
  chmod(host_.c_str(), 01777);
  EXPECT_EQ(In({"-b", At("one", host_ + "/new")}, "stat -c %a host"), "1777\n");
}

// It may have entries that nobody can name.
TEST_F(ViewTest, RefusesToRebuildADirectoryThatCannotBeListed) {
  SKIP_UNLESS_ROOT();
  chmod(host_.c_str(), 0711);
  EXPECT_EQ(Start({"-b", At("one", host_ + "/new"), "/bin/true"}).err,
            "refused: cannot list a directory of the host (errno 13)\n");
  // One that cannot be entered either has nothing to show.
  chmod(host_.c_str(), 0700);
  EXPECT_EQ(In({"-b", At("one", host_ + "/new")}, "ls host"), "new\n");
}

class RootTest : public ViewTest {
 protected:
  // What a shell needs of the host.
  Words InRoot() {
    return {"-r", lab_.Path("root"), "-b", "/usr=/usr",    "-b", "/bin=/bin",
            "-b", "/lib=/lib",       "-b", "/lib64=/lib64"};
  }
};

TEST_F(RootTest, ShowsNothingOfTheHostButWhatIsBound) {
  lab_.MakeFile("root/etc/mine", "mine\n");
  EXPECT_EQ(In(InRoot(), "ls /; cat /etc/mine; ls /etc"),
            "bin\netc\nlib\nlib64\nusr\nmine\nmine\n");
}

TEST_F(RootTest, IsNotWrittenInto) {
  lab_.MakeDir("root/etc");
  Words options = InRoot();
  options.insert(options.end(), {"-b", At("one", "/etc/a/b")});
  EXPECT_EQ(In(options, "cat /etc/a/b/file"), "one\n");
  EXPECT_EQ(RunProgram({"find", lab_.Path("root")}).out,
            absl::StrCat(lab_.Path("root"), "\n", lab_.Path("root/etc"), "\n"));
}

TEST_F(RootTest, KeepsItsOwnMountPoints) {
  for (const char* name : {"usr", "bin", "lib", "lib64", "tmp"}) {
    lab_.MakeDir(absl::StrCat("root/", name));
  }
  chmod(lab_.Path("root/tmp").c_str(), 01777);
  EXPECT_EQ(In(InRoot(), "echo x >/tmp/x; cat /tmp/x"), "x\n");
  EXPECT_EQ(access(lab_.Path("root/tmp/x").c_str(), F_OK), 0);
}

TEST_F(RootTest, ItsLinksAreItsOwn) {
  lab_.MakeDir("root/data");
  ASSERT_EQ(symlink("/data", lab_.Path("root/link").c_str()), 0);
  Words options = InRoot();
  options.insert(options.end(), {"-b", At("one", "/link/new")});
  EXPECT_EQ(In(options, "cat /data/new/file"), "one\n");
}

class UnionTest : public ViewTest {
 protected:
  UnionTest() { lab_.MakeFile("pack/item", "packed\n"); }
};

TEST_F(UnionTest, ShowsThePackBesideTheHostsOwn) {
  EXPECT_EQ(In({"-u", At("pack", host_)}, "cat host/item host/kept; ls host"),
            "packed\nkept\nfile\nitem\nkept\n");
}

TEST_F(UnionTest, ThePackWins) {
  lab_.MakeFile("pack/file", "packed too\n");
  EXPECT_EQ(In({"-u", At("pack", host_)}, "cat host/file"), "packed too\n");
}

TEST_F(UnionTest, IsReadOnly) {
  chmod(host_.c_str(), 0777);
  EXPECT_THAT(Start({"-u", At("pack", host_), "/bin/touch", host_ + "/x"}).err,
              HasSubstr("Read-only file system"));
}

TEST_F(UnionTest, OfPathsWithTheCharactersThatOverlayfsSeparatesBy) {
  for (const std::string odd : {"a:b", "a,b", "a\\b", "a\\:b", "a b"}) {
    lab_.MakeFile("packs/" + odd + "/item", odd);
    lab_.MakeFile("guests/" + odd + "/kept", "+kept");
    const std::string guest = lab_.Path("guests/" + odd);
    const Finished run = Start({"-u", At("packs/" + odd, guest), "/bin/cat",
                                guest + "/item", guest + "/kept"});
    EXPECT_EQ(run.out, odd + "+kept") << run.err;
    // In one overlay, not entry by entry.
    EXPECT_THAT(Start({"-u", At("packs/" + odd, guest), "/bin/grep", "-c",
                       "overlay", "/proc/self/mountinfo"})
                    .out,
                "1\n");
  }
}

TEST_F(UnionTest, WithABindInside) {
  EXPECT_EQ(In({"-u", At("pack", host_), "-b", At("one", host_ + "/new"), "-b",
                At("two/file", host_ + "/kept")},
               "cat host/new/file host/kept host/item; ls host"),
            "one\ntwo\npacked\nfile\nitem\nkept\nnew\n");
}

// An overlay of an overlay is the deepest the kernel stacks: the third of these
// is mirrored entry by entry.
TEST_F(UnionTest, OfUnions) {
  std::string script = "cat host/one host/two host/three host/four host/kept";
  Words words = {"/bin/sh", "-c", script};
  for (const char* name : {"one", "two", "three", "four"}) {
    const std::string dir = absl::StrCat("packs/", name);
    lab_.MakeFile(absl::StrCat(dir, "/", name), absl::StrCat(name, "\n"));
    const Words start = {start_, "-u", At(dir, host_)};
    words.insert(words.begin(), start.begin(), start.end());
  }
  EXPECT_EQ(RunAsUser(words, {.cwd = lab_.dir()}).out,
            "one\ntwo\nthree\nfour\nkept\n");
}

// An overlay would not show what is mounted in the host's directory.
TEST_F(UnionTest, OfADirectoryWithMountsInside) {
  SKIP_UNLESS_ROOT();
  lab_.MakeDir("host/sub");
  const std::string arrange = absl::StrCat("mount --bind ", lab_.Path("one"),
                                           " ", host_, "/sub; exec \"$@\"");
  for (const bool as_root : {false, true}) {
    Words words = {"unshare", "-m", "/bin/sh", "-c", arrange, "sh"};
    if (!as_root) {
      for (const char* word :
           {"setpriv", "--reuid=12345", "--regid=12345", "--clear-groups"}) {
        words.push_back(word);
      }
    }
    for (const std::string& word :
         {start_, std::string("-u"), At("pack", host_), std::string("/bin/cat"),
          host_ + "/sub/file", host_ + "/item", host_ + "/kept"}) {
      words.push_back(word);
    }
    const Finished run = RunProgram(words);
    EXPECT_EQ(run.out, "one\npacked\nkept\n") << as_root << run.err;
  }
}

}  // namespace
}  // namespace relocatable
