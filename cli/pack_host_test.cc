// `relocatable pack git` on this very machine, as an ordinary user: what it
// makes, how large, twice the same, and that nothing is left if it fails.
//
// Debian's git is among the packages that the build asks for (bazelw).
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

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
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

constexpr uid_t kStranger = 61238;
constexpr uint64_t kMostOfGit = 65 << 20;  // slim, without compression

class PackHost : public ::testing::Test {
 protected:
  PackHost() : t_("/tmp") {
    chmod(t_.root().c_str(), 0755);
    chmod(t_.Dir("work").c_str(), 01777);
    product_ = t_.File("relocatable", *ReadFile("cli/relocatable"), 0755);
  }

  void SetUp() override {
    if (access("/var/lib/dpkg/info/git.list", R_OK) != 0) {
      RELOC_SKIP("git", "no package git of dpkg's is installed here");
    }
  }

  Finished Shell(const std::string& script) {
    return RunProgram(
        {"/usr/bin/env", "PATH=/usr/bin:/bin",
         absl::StrCat("RELOCATABLE=", product_), "/bin/sh", "-c", script},
        {.cwd = t_.Path("work"), .uid = kStranger, .timeout_seconds = 120});
  }

  TempTree t_;
  std::string product_;
};

uint64_t SizeBelow(const std::string& directory) {
  uint64_t size = 0;
  std::set<ino_t> seen;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory)) {
    struct stat st;
    if (lstat(entry.path().c_str(), &st) == 0 && S_ISREG(st.st_mode) &&
        seen.insert(st.st_ino).second) {
      size += st.st_size;
    }
  }
  return size;
}

TEST_F(PackHost, GitIsSmallWholeAndTwiceTheSame) {
  const Finished first = Shell("$RELOCATABLE pack git && ls");
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(first.out, "git-pack\n");
  EXPECT_THAT(first.err, HasSubstr("git is packed without perl"));
  EXPECT_LE(SizeBelow(t_.Path("work/git-pack/root")), kMostOfGit);
  // Not the blocks and sizes of directories, which are the file system's.
  const Finished second = Shell(
      "umask 077; TZ=Asia/Tokyo LC_ALL=C $RELOCATABLE pack -q -o other git && "
      "diff -r --no-dereference git-pack other && list() { cd $1 && find . "
      "-type d -printf '%p %m %T@\\n' -o -printf '%p %y %m %n %s %T@ %l\\n' | "
      "sort; } && (list git-pack) >a && (list other) >b && cmp a b && test -s "
      "a");
  EXPECT_EQ(second.status, 0) << second.out << second.err;
  EXPECT_EQ(second.err, "");
  const Finished verified =
      Shell("$RELOCATABLE inspect --verify --tree git-pack");
  EXPECT_EQ(verified.status, 0) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("files are as they were packed"));
  EXPECT_THAT(verified.out, HasSubstr("  git 1:2.39"));
  EXPECT_THAT(verified.out, HasSubstr("(library of /usr/bin/sed)"));
  // Its twins, with what became of their sites.
  EXPECT_THAT(verified.out,
              ContainsRegex("\ntwins [^\n]*\n[^\n]* /usr/[^\n]*\n +[0-9]+ "));
}

// Of the engines that show packs of a machine; docs/layers.md.
class PackHostEngines : public PackHost,
                        public ::testing::WithParamInterface<const char*> {
 protected:
  Finished InEngine(const std::string& script) {
    const Finished probe = Shell(
        absl::StrCat("$RELOCATABLE run --engine=", GetParam(), " -- true"));
    if (probe.status != 0) return probe;
    return Shell(
        absl::StrCat("export RELOCATABLE_ENGINE=", GetParam(), "; ", script));
  }
};

INSTANTIATE_TEST_SUITE_P(All, PackHostEngines,
                         ::testing::Values("userns", "inprocess", "fakechroot",
                                           "proot"),
                         [](const auto& i) { return std::string(i.param); });

TEST_P(PackHostEngines, GitRunsWithItsPartsAndTheHostsHooks) {
  const Finished f = InEngine(
      "$RELOCATABLE pack -q git && git=$PWD/git-pack/bin/git && export "
      "HOME=$PWD GIT_CONFIG_NOSYSTEM=1 && $git config --global user.name me && "
      "$git config --global user.email me@here && $git init -q -b main one && "
      "printf '#!/bin/sh\nreadlink /proc/self/exe\n' "
      ">one/.git/hooks/pre-commit "
      "&& chmod +x one/.git/hooks/pre-commit && cd one && echo x >f && "
      "$git add f && $git commit -qm first 2>&1 && $git submodule status && "
      "$git clone -q file://$PWD ../two && cat ../two/f");
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_EQ(f.err, "");
  EXPECT_EQ(f.out, "/usr/bin/readlink\nx\n");
}

// As one that sssd or LDAP knows on the host, whose modules packs do not load:
// glibc asks nscd first (nscd(8); nscd/nscd-client.h of glibc has the format).
// This one knows user 4242, and nobody else.
constexpr char kNscd[] = R"(
import socket, struct
server = socket.socket(socket.AF_UNIX)
server.bind("/run/nscd/socket")
server.listen(9)
while True:
    client, _ = server.accept()
    request = client.recv(1024)
    version, kind, size = struct.unpack("3i", request[:12])
    if kind == 1 and request[12:] == b"4242\0":
        texts = [b"remote\0", b"x\0", b"\0", b"/\0", b"/bin/sh\0"]
        name, word, about, home, shell = map(len, texts)
        client.send(struct.pack("9i", version, 1, name, word, 4242, 4242, about,
                                home, shell) + b"".join(texts))
    elif kind < 2:
        client.send(struct.pack("9i", version, 0, 0, 0, -1, -1, 0, 0, 0))
    client.close()
)";

TEST_P(PackHostEngines, AUserThatOnlyNscdKnows) {
  if (Shell("unshare -Urm true").status != 0) {
    RELOC_SKIP("userns", "no user namespaces");
  }
  t_.File("nscd.py", kNscd);
  const Finished f = InEngine(absl::StrCat(
      "$RELOCATABLE pack -q id && exec unshare -Urm sh -c 'mount -t tmpfs none "
      "/run && mkdir /run/nscd && id-pack/bin/id -un 4242; python3 ",
      t_.Path("nscd.py"),
      " & while ! [ -e /run/nscd/socket ]; do sleep 0.1; done; "
      "id-pack/bin/id -un 4242; kill $!'"));
  EXPECT_EQ(f.out, "remote\n") << f.err;
  EXPECT_THAT(f.err, HasSubstr("no such user"));  // before
}

// gcc looks for its parts beside where its own name leads.
TEST_P(PackHostEngines, ANameLeadsToThePackedProgram) {
  const Finished f = InEngine(
      "$RELOCATABLE pack -q readlink cat && ln -s nothing cat-pack && "
      "readlink-pack/bin/readlink readlink-pack/bin/readlink && "
      "readlink-pack/bin/readlink $PWD/readlink-pack/bin/cat && cd "
      "readlink-pack/bin && ./readlink cat && ./readlink -f ./cat && "
      "readlink cat && ./readlink ../../cat-pack");
  EXPECT_EQ(f.status, 0) << f.err;
  EXPECT_EQ(f.out,
            "/usr/bin/readlink\n/usr/bin/cat\n/usr/bin/cat\n/usr/bin/cat\n"
            "../relocatable\nnothing\n");
}

TEST_F(PackHost, VerifyNoticesWhatIsChangedAddedAndTakenAway) {
  const Finished f = Shell(
      "$RELOCATABLE pack -q git && cd git-pack/root && rm usr/bin/sh && "
      "echo x >usr/new && rm usr/bin/sed && echo y >usr/bin/sed && "
      "$RELOCATABLE inspect --verify ../../git-pack");
  EXPECT_EQ(f.status, 1);
  EXPECT_THAT(f.out, HasSubstr("differences (3)"));
  EXPECT_THAT(f.out, HasSubstr("root/usr/bin/sh is missing"));
  EXPECT_THAT(f.out, HasSubstr("root/usr/bin/sed has 2 bytes (packed: "));
  EXPECT_THAT(f.out, HasSubstr("root/usr/new is not in the manifest"));
}

TEST_F(PackHost, AnUnknownProgramIsOneLineAndNothingIsLeft) {
  const Finished f = Shell("$RELOCATABLE pack gti-xx 2>&1; echo $?; ls");
  EXPECT_EQ(f.out,
            "relocatable pack: 'gti-xx': no program in PATH is called so\n1\n");
}

TEST_F(PackHost, AFileThatLiesHereIsNotAWord) {
  t_.File("work/my-tool", "#!/bin/sh\n", 0755);
  const Finished word = Shell("$RELOCATABLE pack -q my-tool");
  EXPECT_EQ(word.status, 1);
  EXPECT_EQ(word.err,
            "relocatable pack: 'my-tool': no program in PATH is called so; "
            "'./my-tool' is a file that lies here\n");
  const Finished path = Shell("$RELOCATABLE pack -q ./my-tool && ls");
  EXPECT_EQ(path.status, 0) << path.err;
  EXPECT_EQ(path.out, "my-tool\nmy-tool-pack\n");
}

TEST_F(PackHost, ADryRunNamesPackagesAndWritesNothing) {
  const Finished f = Shell("$RELOCATABLE pack -q -n git; ls");
  EXPECT_THAT(f.out, ContainsRegex("^git-pack: a tree of [0-9]+ packages, .*\n"
                                   " *[0-9.]+ MiB  git\n"));
  EXPECT_THAT(f.out, EndsWith("\nbin/git starts /usr/bin/git\n"));
}

TEST_F(PackHost, AProgramThatMayNotBeRead) {
  const std::string file = t_.File("work/my-tool", "#!/bin/sh\n", 0111);
  const Finished f = Shell("$RELOCATABLE pack ./my-tool; echo $?; ls");
  EXPECT_EQ(f.out, "1\nmy-tool\n");
  EXPECT_EQ(f.err,
            absl::StrCat("relocatable pack: './my-tool': cannot read '",
                         t_.Path("work"), "/my-tool': Permission denied\n"));
}

// A disk of 2 MB, in a mount namespace of its own.
TEST_F(PackHost, ADiskThatIsFull) {
  if (Shell("unshare -Urm true").status != 0) {
    RELOC_SKIP("userns", "no user namespaces");
  }
  const Finished f = Shell(
      "mkdir small && unshare -Urm sh -c 'mount -t tmpfs -o size=2m none small "
      "&& cd small && for o in p p.tar.zst; do $RELOCATABLE pack -q -o $o git; "
      "echo $?; done; ls -A'");
  EXPECT_EQ(f.out, "1\n1\n");
  EXPECT_THAT(f.err, MatchesRegex("(relocatable pack: [^\n]*: No space left on "
                                  "device\n){2}"));
}

TEST_F(PackHost, AStoreAndAMachineAreTwoPacks) {
  const std::string item =
      absl::StrCat("gnu/store/", std::string(32, 'b'), "-x-1");
  t_.File(item + "/bin/x", "#!/bin/sh\n", 0755);
  const Finished f =
      Shell(absl::StrCat("$RELOCATABLE pack git ", t_.Path(item), "; ls"));
  EXPECT_THAT(f.err, HasSubstr("' is of a store and 'git' of this machine "
                               "(pack them apart)"));
  EXPECT_THAT(f.out, IsEmpty());
}

}  // namespace
}  // namespace relocatable
