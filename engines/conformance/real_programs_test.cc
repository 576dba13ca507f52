// Programs that people use, from a real store: what they do natively, they do
// under every engine. The same output, errors and status, as an ordinary user.
//
//   real_programs_test RELOCATABLE

#include <stdio.h>
#include <stdlib.h>

#include <string>
#include <tuple>
#include <vector>

#include "base/must_run.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testdata/store/native.h"
#include "testdata/store/store.h"

namespace relocatable {
namespace {

std::string relocatable;

// Each script runs in a fresh directory, with the profile in PATH, and may say
// nothing that changes from run to run.
struct Row {
  const char* name;
  const char* script;
  const char* natively;  // what the native output holds
};

constexpr Row kRows[] = {
    {"GitInitCloneStatusGc", R"(
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a \
  GIT_COMMITTER_EMAIL=a@b GIT_AUTHOR_DATE=2020-01-01T00:00:00Z \
  GIT_COMMITTER_DATE=2020-01-01T00:00:00Z HOME=$PWD GIT_CONFIG_NOSYSTEM=1
git -c init.defaultBranch=main init -q work && cd work
for i in $(seq 40); do mkdir -p d$((i % 5)); echo $i > d$((i % 5))/$i; done
git add . && git commit -q -m first && git status --short && git log --stat
echo more >> d1/1; ln -s d1 link; git status --short; git add -A
git commit -q -m second; git tag -a -m tag t; git gc -q; git fsck
cd .. && git clone -q work copy && git clone -q --bare work bare.git
git clone -q "file://$PWD/bare.git" by-pipe
cd copy && git rev-parse HEAD && git log --oneline && git branch -a
git mv d2 moved && git commit -q -m third && git push -q ../bare.git HEAD:x
git stash list; git worktree add -q ../tree t; git worktree list | wc -l
git grep -c 1 | head -3; git archive HEAD | tar -t | wc -l
git submodule status; git config --list --show-origin | wc -l
)",
     "remotes/origin/main"},
    {"Shell", R"(
set -o pipefail
for i in 1 2 3; do echo $i; done | sort -r | (read a; cat; echo "first $a")
x=$(printf '%s\n' /gnu/store/*-hello-*/bin/*); echo "${x##*/}"
diff <(echo a) <(echo b); echo "diff? $?"
cat <<< here | tee a b > c; cmp a c && echo same
mkfifo f; (cat f &); echo through a fifo > f; wait
find . -type f -name '[abc]' -exec sh -c 'echo found $1' _ {} \; | sort
find . -type f -print0 | sort -z | xargs -0 -n1 sha256sum
trap 'echo caught' USR1; kill -USR1 $$; (exit 7); echo $?
sleep 10 & kill %1; wait %1; echo $?
timeout 0.2 sleep 10; echo $?; nohup true; env -i $(type -P env)
ulimit -n; umask 027; touch m; stat -c %a m; readlink -f . > /dev/null
tar -cf t.tar a b c && mkdir out && tar -xf t.tar -C out && ls out
cp -a out out2 && mv out2 out3 && ln -s ../a out3/l && ls -l out3/l | tail -c 7
awk 'BEGIN { "echo piped" | getline x; print x }'; sed -n '$=' a
hello; type -P hello | sed 's/.*-//'; ls -d /gnu/store/*-hello-* | wc -l
)",
     "caught"},
    {"Python", R"(
cat > t.py <<'P'
import asyncio, concurrent.futures, ctypes, glob, hashlib, json, os, pathlib
import shutil, signal, socket, sqlite3, ssl, subprocess, sys, tempfile
import threading, zipfile
assert sys.executable.startswith('/gnu/store/'), sys.executable
print(subprocess.run([sys.executable, '-c', 'print(40 + 2)'],
                     capture_output=True, text=True).stdout)
print(subprocess.run(['no-such-program'], shell=True).returncode)
db = sqlite3.connect('t.db'); db.execute('create table t (a)')
db.executemany('insert into t values (?)', [(i,) for i in range(100)])
db.commit(); print(db.execute('select sum(a) from t').fetchone())
ssl.create_default_context(); print(ssl.OPENSSL_VERSION.split()[0])
async def serve():
    async def on(r, w):
        w.write((await r.readline()).upper()); await w.drain(); w.close()
    server = await asyncio.start_unix_server(on, path='s')
    print(server.sockets[0].getsockname())
    r, w = await asyncio.open_unix_connection('s')
    w.write(b'hello\n'); print(await r.readline(), w.get_extra_info('peername'))
    w.close(); server.close()
    p = await asyncio.create_subprocess_exec('sh', '-c', 'echo sub; exit 3',
        stdout=asyncio.subprocess.PIPE)
    print(await p.communicate(), p.returncode)
asyncio.run(serve())
with concurrent.futures.ThreadPoolExecutor(8) as e:
    print(sum(e.map(lambda i: os.path.exists(sys.executable), range(200))))
with tempfile.TemporaryDirectory() as d:
    p = pathlib.Path(d, 'x'); p.write_text('y'); q = p.with_suffix('.l')
    q.symlink_to(sys.executable); print(q.resolve() == pathlib.Path(sys.executable).resolve())
    shutil.make_archive(d + '/z', 'zip', os.path.dirname(json.__file__))
    print(len(zipfile.ZipFile(d + '/z.zip').namelist()) > 5)
print(ctypes.CDLL(None).getpid() == os.getpid())
print(len(glob.glob('/gnu/store/*-hello-*')))
print(os.path.realpath('/proc/self/exe') == os.path.realpath(sys.executable))
P
python3 t.py
)",
     "b'HELLO\\n'"},
    {"PythonVenv", R"(
export HOME=$PWD
python3 -m venv --without-pip env && ls env env/bin && ./env/bin/python - <<'P'
import sys, os
print(sys.prefix != sys.base_prefix, os.path.basename(sys.prefix))
P
head -2 env/pyvenv.cfg | cut -c1-20; . env/bin/activate; type -P python | tail -c 16
python -c 'import sys; print(sys.path[0] == "", len(sys.path))'
)",
     "True env"},
    {"PythonMultiprocessing", R"(
cat > t.py <<'P'
import multiprocessing as m, os, sys
def square(x): return x * x
if __name__ == '__main__':
    for how in ('fork', 'spawn', 'forkserver'):
        c = m.get_context(how)
        with c.Pool(3) as p: print(how, p.map(square, range(8)))
        q = c.Queue(); p = c.Process(target=q.put, args=(how,)); p.start()
        print(q.get()); p.join(); print(p.exitcode)
    from multiprocessing import shared_memory, managers
    s = shared_memory.SharedMemory(create=True, size=10); s.close(); s.unlink()
    with m.Manager() as g: d = g.dict(); d['a'] = 1; print(dict(d))
P
python3 t.py
)",
     "forkserver [0, 1, 4, 9, 16, 25, 36, 49]"},
    {"Perl", R"(
cat > t.pl <<'P'
use strict; use warnings; use Cwd; use File::Find; use File::Temp 'tempdir';
use POSIX; use IO::Socket::UNIX; use File::Copy; use File::Path 'make_path';
print `$^X -e 'print 6*7'`, "\n"; print $? >> 8, "\n";
my $n = 0; find(sub { $n++ if /\.pm$/ }, grep { m{^/gnu} } @INC);
print $n > 100 ? "modules\n" : "none: $n\n";
my $d = tempdir(CLEANUP => 1, DIR => '.'); make_path("$d/a/b");
copy($^X, "$d/a/perl"); chmod 0755, "$d/a/perl"; print -s "$d/a/perl" == -s $^X ? "same\n" : "";
open(my $p, '-|', 'sh', '-c', 'echo one; echo two') or die; print <$p>; close $p;
my $pid = fork; if (!$pid) { exec 'sh', '-c', 'exit 5' } waitpid $pid, 0; print $? >> 8, "\n";
my $s = IO::Socket::UNIX->new(Local => "$d/s", Listen => 1) or die $!;
my $c = IO::Socket::UNIX->new(Peer => "$d/s") or die $!; print "connected\n";
chdir '/gnu/store' or die; print getcwd, "\n"; print -d 'none' ? 1 : 0, -d '.', "\n";
P
perl t.pl
)",
     "/gnu/store"},
    {"GccAndMake", R"(
cat > Makefile <<'M'
prog: a.o b.o
	gcc -o $@ $^ -lm
%.o: %.c h.h
	gcc -O2 -g -c -o $@ $<
M
echo 'int f(int);' > h.h
printf '#include <stdio.h>\n#include "h.h"\nint main(){printf("%%d\\n",f(6));}\n' > a.c
printf '#include <math.h>\n#include "h.h"\nint f(int x){return (int)sqrt(x*x*49);}\n' > b.c
make -j2 -s && ./prog && make && touch h.h && make -n | wc -l
gcc -E -dM - < /dev/null | wc -l; gcc -print-file-name=libc.so.6 | tail -c 10
gcc -static -o st a.c b.c -lm && ./st; ldd ./prog | grep -c /gnu/store
echo 'syntax error' > bad.c; gcc -c bad.c; echo $?
objdump -d prog | grep -c call; ar rc l.a a.o && ranlib l.a && nm l.a | wc -l
)",
     "42"},
};

class RealPrograms
    : public ::testing::TestWithParam<std::tuple<std::string, const Row*>> {
 protected:
  void SetUp() override {
    char name[] = "/tmp/real.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    top_ = name;
    const Finished made = RunProgram(
        {"/bin/sh", "-ec",
         "chmod 755 .; mkdir home; install \"$0\" relocatable", relocatable},
        {.cwd = top_});
    ASSERT_EQ(made.status, 0) << made.err;
  }
  void TearDown() override {
    RunProgram({"/bin/sh", "-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", top_});
  }

  RunOptions Options() {
    RunProgram(
        {"/bin/sh", "-c", "rm -rf work; mkdir work; chmod 777 work home"},
        {.cwd = top_});
    RunOptions options;
    options.cwd = top_ + "/work";
    options.env = {"PATH=" + store_.profile + "/bin", "HOME=" + top_ + "/home",
                   "LC_ALL=C", "TZ=UTC"};
    options.set_env = true;
    options.uid = OrdinaryUser();
    options.timeout_seconds = 200;
    return options;
  }
  std::vector<std::string> Program(const char* script) {
    return {store_.Bin("bash"), "-c", script};
  }
  Finished Native(const char* script) {
    return RunNatively(store_, Program(script), Options());
  }
  Finished Engine(const std::string& engine, const char* script) {
    std::vector<std::string> words = {
        top_ + "/relocatable",
        "run",
        "--engine=" + engine,
        "-b",
        store_.OnHost("/gnu/store") + ":/gnu/store:ro",
        "--"};
    for (const std::string& word : Program(script)) words.push_back(word);
    return RunProgram(words, Options());
  }

  const Store& store_ = RealStore();
  std::string top_;
};

TEST_P(RealPrograms, AreAsInstalled) {
  const auto& [engine, row] = GetParam();
  const Finished tried = Engine(engine, "true");
  if (tried.status != 0) RELOC_SKIP(engine, tried.err);
  const Finished native = Native(row->script);
  EXPECT_THAT(native.out, ::testing::HasSubstr(row->natively)) << native.err;
  const Finished f = Engine(engine, row->script);
  EXPECT_EQ(f.out, native.out);
  EXPECT_EQ(f.err, native.err);
  EXPECT_EQ(f.status, native.status);
}

INSTANTIATE_TEST_SUITE_P(Engines, RealPrograms,
                         ::testing::Combine(::testing::Values("userns",
                                                              "inprocess"),
                                            ::testing::ValuesIn([] {
                                              std::vector<const Row*> rows;
                                              for (const Row& row : kRows)
                                                rows.push_back(&row);
                                              return rows;
                                            }())),
                         [](const auto& info) {
                           return std::get<0>(info.param) + "_" +
                                  std::get<1>(info.param)->name;
                         });

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  if (argc < 2) {
    fprintf(stderr, "usage: %s RELOCATABLE\n", argv[0]);
    return 2;
  }
  char* const path = realpath(argv[1], nullptr);
  relocatable::relocatable = path == nullptr ? argv[1] : path;
  free(path);
  return RUN_ALL_TESTS();
}
