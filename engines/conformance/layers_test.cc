// A layer over the host, as packs of a machine's programs have it
// (engines/view/layer.h): what its programs see, and what the host's do.
//
//   layers_test RELOCATABLE LIST_DIRECTORY

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "base/must_run.h"
#include "base/subprocess.h"
#include "engines/conformance/paths_main.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uid_t kStranger = 61234;

std::string relocatable;
std::string list_directory;

// Programs of this machine with the libraries they need, below p; and a
// directory "both" that the host and the layer have. What is packed for it of
// ELF files ends in "packed-library". $2 is the engine: userns adds nothing to
// a directory that the user may write.
constexpr char kMake[] = R"--(
chmod 755 .
umask 022
put() {
  dir=$(dirname "$2")
  case $dir in /bin*|/sbin*|/lib*) dir=/usr$dir ;; esac
  mkdir -p "p$dir" && cp -L "$1" "p$dir/$(basename "$2")" &&
    chmod u+w "p$dir/$(basename "$2")"
}
mkdir -p p/etc/alternatives p/usr/bin p/usr/share/only-packed p/var/tmp
put "$1" /usr/bin/list_directory
for name in sh cat ls rm mkdir touch readlink grep; do
  put "$(command -v $name)" "/usr/bin/$name"
done
ldd p/usr/bin/* |
sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[^=:]*\(\/lib64[^ ]*\).*/\1/p' |
sort -u | while read -r library; do put "$library" "$library"; done
put /bin/cat /usr/bin/only-packed
find p/usr -type f | while read -r file; do echo packed-library >> "$file"; done
printf '#!/bin/sh\necho script; readlink /proc/$$/exe | grep -c p/usr\n' \
  > p/usr/bin/packed-script
chmod 755 p/usr/bin/packed-script
echo packed > p/etc/passwd
echo packed > p/etc/only-packed
ln -s /usr/bin/cat p/etc/alternatives/layers-test
ln -s /etc/alternatives/layers-test p/usr/bin/layers-test
both=$PWD/both
mkdir -p both/dir both/host-dir p"$both"/dir p"$both"/packed-dir p"$PWD"/packed
for i in $(seq 100); do echo > both/host-$i; echo > p"$both"/packed-$i; done
echo host > both/file; echo packed > p"$both"/file
echo host > both/dir/host; echo packed > p"$both"/dir/packed
ln -s file both/type; echo packed > p"$both"/type
echo host > both/host; echo packed > p"$both"/packed-dir/file
echo packed > p"$PWD"/packed/file
mkdir -p written/dir p"$PWD"/written/dir cache
[ "$2" = userns ] || mkdir p"$PWD"/written/packed-dir
echo host > written/host; echo host > written/file
echo packed > p"$PWD"/written/file
ln -s "$both"/packed-dir/file both/link-into-layer
ln -s ../host p"$both"/dir/link-to-host
printf '#!/bin/sh\nreadlink /proc/self/exe\n' > host-script
chmod 755 host-script
install "$0" relocatable
chown -R 61234 . || true
chmod a-w . both both/dir
)--";

class Layers : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::string& made = Tops()[GetParam()];
    if (made.empty()) Make(GetParam(), made);
    top_ = made;
    if (HasFatalFailure()) return;
    const Finished tried = Run("true");
    if (tried.status != 0) RELOC_SKIP(GetParam(), tried.err);
  }
  static void TearDownTestSuite() {
    for (const auto& [engine, top] : Tops()) {
      RunProgram({"/bin/sh", "-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", top});
    }
    Tops().clear();
  }

  // The layer and the host's files, by engine: making them takes a while.
  static std::map<std::string, std::string>& Tops() {
    static auto* const tops = new std::map<std::string, std::string>;
    return *tops;
  }
  static void Make(const std::string& engine, std::string& top) {
    char name[] = "/tmp/layers.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    top = name;
    const Finished made = RunProgram(
        {"/bin/sh", "-ec", kMake, relocatable, list_directory, engine},
        {.cwd = top, .timeout_seconds = 120});
    ASSERT_EQ(made.status, 0) << made.err;
  }

  // Runs a script by the packed shell, as an ordinary user. T is top_.
  Finished Run(const std::string& script,
               std::vector<std::string> environment = {},
               const std::vector<std::string>& options = {}) {
    environment.insert(environment.end(),
                       {"PATH=/usr/bin:/bin", "LC_ALL=C", "T=" + top_,
                        "RELOCATABLE_CACHE_DIR=" + top_ + "/cache"});
    std::vector<std::string> command = {top_ + "/relocatable", "run",
                                        std::string("--engine=") + GetParam(),
                                        "-b", top_ + "/p:/:layer"};
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {"--", "/usr/bin/sh", "-c", script});
    return RunProgram(command, {.cwd = "/",
                                .env = environment,
                                .set_env = true,
                                .uid = kStranger,
                                .timeout_seconds = 120});
  }

  // A function that prints what is mapped, by /proc/PID/maps, that is not the
  // pack's: by the files' ends, since userns shows their guest paths.
  static constexpr char kForeign[] = R"(
foreign() {
  while read -r _ _ _ _ _ path; do
    case $path in
    *.so* | /*bin/*) grep -q packed-library "$path" || echo "$path" ;;
    esac
  done
}
)";

  // A view of mounts is one for all programs of the pack: an overlay leaves no
  // name out, and libraries that only the host has are found in it.
  bool ShowsByMounts() const { return std::string(GetParam()) == "userns"; }

  std::string top_;
};

TEST_P(Layers, CoverTheHostsFiles) {
  const Finished f = Run(R"(
cat $T/both/file $T/both/host $T/both/dir/host $T/both/dir/packed
cat $T/both/packed-dir/file $T/both/link-into-layer $T/both/dir/link-to-host
cd $T/both; cat file host dir/packed ./dir/../file packed-dir/file
cd dir; cat host packed ../file; cd ../packed-dir; pwd -P; cat file ../host
cd $T/packed; pwd -P; cat file; cat ../both/host
cat $T/both/none $T/both/packed-dir/none 2>&1
test -d $T/both/packed-dir && test -f $T/both/packed-1 && echo found
)");
  EXPECT_EQ(f.out,
            "packed\nhost\nhost\npacked\npacked\npacked\nhost\n"
            "packed\nhost\npacked\npacked\npacked\n"
            "host\npacked\npacked\n" +
                top_ + "/both/packed-dir\npacked\nhost\n" + top_ +
                "/packed\npacked\nhost\n"
                "cat: " +
                top_ + "/both/none: No such file or directory\ncat: " + top_ +
                "/both/packed-dir/none: No such file or directory\nfound\n");
  EXPECT_EQ(f.err, "");
}

TEST_P(Layers, MapNothingOfTheHosts) {
  const Finished f = Run(std::string(kForeign) + R"(
cat /proc/self/maps > $T/written/maps; foreign < $T/written/maps
grep -c '/libc\.so' $T/written/maps > $T/written/count; read -r n < $T/written/count
test $n -gt 2 && echo mapped
)");
  EXPECT_EQ(f.out, "mapped\n");
  EXPECT_EQ(Run("readlink /proc/self/exe; cat /proc/self/comm").out,
            "/usr/bin/readlink\ncat\n");
}

TEST_P(Layers, LeaveConfigurationToTheHost) {
  const Finished f = Run(R"(
grep -c ^root: /etc/passwd
cat /etc/only-packed
cat /etc/ld.so.cache 2>&1
layers-test /etc/only-packed
test -e /dev/null && test -d /proc/self && test ! -e /usr/share/no-such && echo there
test -d /usr/share/only-packed && echo there
)");
  const std::string cache =
      ShowsByMounts() ? ""
                      : "cat: /etc/ld.so.cache: No such file or directory\n";
  EXPECT_EQ(f.out, "1\npacked\n" + cache + "packed\nthere\nthere\n");
}

TEST_P(Layers, AreReadOnlyAndWhatIsMadeIsTheHosts) {
  const Finished f = Run(R"(
say() { "$@" 2>/dev/null && echo "$1" || echo "not $1"; }
echo new > $T/written/new; cat $T/written/new
cd $T/written; echo newer > newer; cat newer; mkdir made; touch made/it; ls made
(echo x > $T/written/file) 2>&1; (echo x > file) 2>&1; cat $T/written/file
say rm -f $T/written/file; say rm -f file; say rm -f host
say touch $T/written/packed-dir/new; say mkdir $T/packed/new; say touch dir/new
say test -w $T/written/file; say test -w $T/written/newer
cd $T/packed; say touch new
)");
  EXPECT_EQ(f.out,
            std::string("new\nnewer\nit\n/usr/bin/sh: 5: cannot create ") +
                top_ +
                "/written/file: Read-only file system\n/usr/bin/sh: 5: cannot "
                "create file: Read-only file system\npacked\n"
                "not rm\nnot rm\nrm\nnot touch\nnot mkdir\ntouch\nnot "
                "test\ntest\nnot touch\n");
  struct stat st;
  EXPECT_EQ(stat((top_ + "/written/newer").c_str(), &st), 0);
  EXPECT_EQ(stat((top_ + "/written/dir/new").c_str(), &st), 0);
  EXPECT_NE(stat((top_ + "/written/host").c_str(), &st), 0);
  EXPECT_NE(stat((top_ + "/p" + top_ + "/written/new").c_str(), &st), 0);
}

TEST_P(Layers, AreListedWithTheHost) {
  const Finished f = Run(R"(
list_directory $T/both > $T/written/list; head -n 1 $T/written/list
grep -c '^host-[0-9]' $T/written/list; grep -c '^packed-[0-9]' $T/written/list
grep -v '[0-9]' $T/written/list | tail -n +2
list_directory $T/both/dir; list_directory $T/both/packed-dir
list_directory $T/both/host-dir; ls -A $T/both/dir
)");
  EXPECT_EQ(f.out,
            "same same same\n100\n100\ndir\nfile\nhost\nhost-dir\n"
            "link-into-layer\npacked-dir\ntype\n"
            "same same same\nhost\nlink-to-host\npacked\n"
            "same same same\nfile\nsame same same\nhost\nlink-to-host\n"
            "packed\n");
  EXPECT_EQ(f.err, "");
}

TEST_P(Layers, AreNotForProgramsOfTheHost) {
  // env(1) is not packed, nor is head(1).
  const Finished f = Run(std::string(kForeign) + R"(
env readlink /proc/self/exe; env cat $T/both/file; head -n 1 $T/both/file
env head -n 1 $T/both/packed-dir/file 2>&1
env only-packed $T/both/file; env env env only-packed $T/both/packed-dir/file
env ls $T/both/dir; env head -c 0 /etc/ld.so.cache && echo cache
env head -n 1 /etc/only-packed 2>/dev/null || echo none
env grep -c $T/p /proc/self/maps
env grep -c packed-library /usr/lib/x86_64-linux-gnu/libc.so.6
grep -c packed-library /usr/lib/x86_64-linux-gnu/libc.so.6
env only-packed /proc/self/maps > $T/written/maps; foreign < $T/written/maps
)");
  EXPECT_EQ(f.out,
            "/usr/bin/readlink\nhost\nhost\nhead: cannot open '" + top_ +
                "/both/packed-dir/file' for reading: No such file or "
                "directory\npacked\npacked\nhost\ncache\nnone\n0\n0\n1\n");
}

TEST_P(Layers, RunScripts) {
  const Finished f = Run(R"(
packed-script; env packed-script; $T/host-script; env $T/host-script
)");
  EXPECT_EQ(f.out,
            "script\n0\nscript\n0\n/usr/bin/readlink\n/usr/bin/readlink\n");
}

TEST_P(Layers, LoadNoLibraryOfTheHost) {
  const char* const foreign = "/usr/lib/x86_64-linux-gnu/libresolv.so.2";
  struct stat st;
  ASSERT_EQ(stat(foreign, &st), 0);
  const Finished f = Run("cat $T/both/file; env env | grep -c LD_PRELOAD",
                         {std::string("LD_PRELOAD=") + foreign});
  EXPECT_EQ(f.out, "packed\n1\n");
  if (ShowsByMounts()) {
    EXPECT_EQ(f.err, "");
    return;
  }
  EXPECT_THAT(f.err, HasSubstr("libresolv.so.2' from LD_PRELOAD cannot be "
                               "preloaded (cannot open shared object file): "
                               "ignored"));
  // To everything else it is a file.
  EXPECT_EQ(Run(std::string("test -s ") + foreign + " && echo there").out,
            "there\n");
}

class LayersByMounts : public Layers {};

TEST_P(LayersByMounts, RefuseToHideWhatIsWritten) {
  const Finished made = RunProgram(
      {"/bin/sh", "-c", "echo > p$PWD/written/packed"}, {.cwd = top_});
  ASSERT_EQ(made.status, 0) << made.err;
  const Finished f = Run("true");
  EXPECT_EQ(unlink((top_ + "/p" + top_ + "/written/packed").c_str()), 0);
  EXPECT_EQ(f.status, 125);
  EXPECT_THAT(f.err, HasSubstr("userns: cannot add a pack's files to a "
                               "directory that may be written: Operation not "
                               "supported (mounts would keep what is written "
                               "from the host; inprocess, fakechroot and proot "
                               "do not)"));
  EXPECT_EQ(Run("echo as before").out, "as before\n");
}

TEST_P(LayersByMounts, RefuseToBeShownWithOthers) {
  const Finished f = Run("true", {}, {"-b", "/:/elsewhere"});
  EXPECT_EQ(f.status, 125);
  EXPECT_THAT(f.err, HasSubstr("userns: cannot show a pack of a machine's "
                               "programs: Operation not supported"));
}

INSTANTIATE_TEST_SUITE_P(Engines, LayersByMounts, ::testing::Values("userns"));

INSTANTIATE_TEST_SUITE_P(Engines, Layers,
                         ::testing::Values("userns", "inprocess", "fakechroot",
                                           "proot"),
                         [](const auto& info) {
                           return std::string(info.param);
                         });

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  return relocatable::RunTestsWithPaths(
      argc, argv,
      {{"RELOCATABLE", &relocatable::relocatable},
       {"LIST_DIRECTORY", &relocatable::list_directory}});
}
