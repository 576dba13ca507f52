#!/usr/bin/env python3
"""What each engine costs, against the same programs where they are installed.

  ./bazelw run //:bench [-- [--rounds N] [--only WORD] [ENGINE...]]

"native" is a mount namespace in which the store is at its prefix (the store's own
README says how it is made); the engines run its pack; bwrap, proot and fakechroot
show the store by their own means, if they are installed. All run in turn, round by
round, so that what else the machine does hits all alike: read the ratios, not the
times. What a program prints must be what it prints natively; where it is not, the
row says "differs", and the benchmark fails if it was an engine of ours.

Each cell is the ratio of medians; behind it, in brackets, that of minima. A limit
that both miss is marked with "!", told below the table, and makes the status 1.
"""
import argparse
import glob
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = os.getcwd()  # `bazel run` starts it in its runfiles
HERE = os.path.join(ROOT, "tools/bench")
RELOCATABLE = os.path.join(ROOT, "cli/relocatable")
ENTER = os.path.join(ROOT, "testdata/store/enter")
BUILD_STORE = os.path.join(ROOT, "testdata/store/build_store.py")
RUNNER = os.path.join(HERE, "runner")
USER = 61234  # whom a benchmark of root becomes
OURS = ["inprocess", "userns", "proot", "fakechroot"]
MODULES = ("argparse asyncio base64 bz2 collections csv ctypes datetime decimal "
           "difflib email fractions functools glob gzip hashlib html.parser "
           "http.client json logging pathlib pickle random shutil sqlite3 "
           "statistics subprocess tarfile unittest xml.etree.ElementTree")

# Way -> row -> (limit, what it is of): RATIO to native, ns MORE than native, or
# the ratio to another way, where that is there.
RATIO, MORE, PEER = "ratio", "ns more", "proot 5"
LIMITS = {
    "inprocess": {
        "launch hello": (1.20, RATIO), "child": (1.10, RATIO),
        "find 20000": (1.08, RATIO), "ls -lR 20000": (1.12, RATIO),
        "git status 10000": (1.10, RATIO), "python 30 imports": (1.02, RATIO),
        "200 fork+exec": (1.15, RATIO), "gcc -c": (1.08, RATIO),
        "open+close": (150, MORE), "stat": (130, MORE), "stat-host": (130, MORE),
        "getcwd": (120, MORE), "none-in-store": (0.8, RATIO),
        "none-on-host": (1.4, RATIO), "stat-link": (1.8, RATIO),
        "other": (15, MORE), "trap": (1500, MORE),
    },
    "userns": {"launch hello": (1.60, RATIO)},
    "fakechroot": {
        "launch hello": (1.20, RATIO), "200 fork+exec": (1.18, RATIO),
        "find 20000": (1.05, RATIO), "ls -lR 20000": (1.06, RATIO),
        "git status 10000": (1.06, RATIO), "gcc -c": (1.06, RATIO),
        "other": (1, MORE),
    },
    "proot": {
        "launch hello": (1.0, PEER), "200 fork+exec": (0.9, PEER),
        "find 20000": (0.6, PEER), "ls -lR 20000": (0.6, PEER),
        "git status 10000": (0.6, PEER),
    },
}


class Runner:
    """tools/bench/runner.c, started as the command line `words`."""

    def __init__(self, words):
        self.process = subprocess.Popen(words, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, cwd, out, setting, argv):
        self.process.stdin.write("\x1f".join([cwd, out, setting, *argv]) + "\n")
        self.process.stdin.flush()
        nanoseconds, status = self.process.stdout.readline().split()
        return int(nanoseconds), int(status)


class World:
    """The store, its pack and the files that programs are run on."""

    def __init__(self, folder):
        self.folder = folder
        # The user may not be let into the folder of the build.
        self.relocatable = shutil.copy(RELOCATABLE, folder)
        self.runner = shutil.copy(RUNNER, folder)
        self.store = subprocess.run([sys.executable, "-B", BUILD_STORE], check=True, text=True,
                                    stdout=subprocess.PIPE).stdout.strip()
        self.profile = os.readlink(self.store + "/profile")
        self.items = dict(line.split("\t") for line in open(self.store + "/items").read().splitlines())
        # Root's proot would make /gnu on the host, and it is users who have no rights.
        as_user = os.geteuid() == 0
        self.in_view = [ENTER, *([f"--uid={USER}"] if as_user else []), self.store + "/gnu/store", "/gnu/store"]
        self.owner = USER if as_user else -1
        self.give(folder)
        self.pack = folder + "/pack"
        os.environ["HOME"] = folder  # git would look for its settings in root's
        self.native = Runner([*self.in_view, self.runner])
        user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if as_user else []
        self.host = Runner([*user, self.runner])

    def program(self, name):
        """The guest path, without links, of a program of the profile."""
        link = os.readlink(f"{self.store}{self.profile}/bin/{name}")
        while os.path.islink(self.store + link):
            text = os.readlink(self.store + link)
            link = text if text.startswith("/") else os.path.normpath(os.path.join(os.path.dirname(link), text))
        return link

    def natively(self, *argv, cwd=None):
        subprocess.run([*self.in_view, *argv], check=True, cwd=cwd or self.folder, stdout=subprocess.DEVNULL)

    def make(self):
        self.natively(self.relocatable, "pack", "-q", "-o", self.pack, "--store-db",
                      self.store + "/var/nix/db/db.sqlite", self.profile)
        self.make_files("tree", 200, 100)
        repository = self.make_files("repository", 100, 100)
        git = self.program("git")
        identity = ["-c", "user.name=n", "-c", "user.email=e@e"]
        self.natively(git, "init", "-q", cwd=repository)
        self.natively(git, "add", ".", cwd=repository)
        self.natively(git, *identity, "commit", "-qm", "files", cwd=repository)
        with open(self.folder + "/unit.c", "w") as file:
            file.write("#include <stdio.h>\n#include <stdlib.h>\nint main(void) { puts(getenv(\"HOME\")); }\n")
        shutil.copy(HERE + "/calls.c", self.folder)
        self.natively(self.program("gcc"), "-O2", "-o", "calls", "calls.c")

    def give(self, path):
        """To the user: in a user namespace files of others are nobody's, and git reads them anew."""
        os.chown(path, self.owner, self.owner)

    def make_files(self, name, folders, files):
        top = f"{self.folder}/{name}"
        self.natively(self.program("mkdir"), top)
        for i in range(folders):
            os.makedirs(f"{top}/folder{i}")
            self.give(f"{top}/folder{i}")
            for k in range(files):
                with open(f"{top}/folder{i}/file{k}", "w") as file:
                    file.write(f"{i} {k}\n")
                self.give(file.name)
        return top


def ways(world):
    """Name -> function: (program, words) -> (runner, setting, command line)."""
    store = world.store + "/gnu/store"
    found = {"native": lambda name, words: (world.native, "", [world.program(name), *words])}
    engines = subprocess.run([RELOCATABLE, "engines", "--json"], text=True, stdout=subprocess.PIPE).stdout
    for engine in OURS:
        if f'"{engine}"' not in engines:
            continue
        found[engine] = lambda name, words, engine=engine: (
            world.host, "RELOCATABLE_ENGINE=" + engine, [f"{world.pack}/bin/{name}", *words])
    if bwrap := shutil.which("bwrap"):
        binds = [w for top in sorted(glob.glob("/*")) if not os.path.islink(top) for w in ("--dev-bind", top, top)]
        links = [w for top in sorted(glob.glob("/*")) if os.path.islink(top)
                 for w in ("--symlink", os.readlink(top), top)]
        found["bwrap"] = lambda name, words: (
            world.host, "", [bwrap, *binds, *links, "--ro-bind", store, "/gnu/store", world.program(name), *words])
    if proot := shutil.which("proot"):
        found["proot 5"] = lambda name, words: (
            world.host, "", [proot, "-b", store + ":/gnu/store", world.program(name), *words])
    library = "/usr/lib/x86_64-linux-gnu/fakechroot/libfakechroot.so"
    if os.path.exists(library):
        # As Guix does: the store's own ld.so, told where the libraries are.
        folders = sorted({os.path.dirname(p) for p in glob.glob(store + "/*/lib/*.so*")})
        loader = world.store + world.items["glibc"] + "/lib/ld-linux-x86-64.so.2"
        exclude = ":".join(p for p in glob.glob("/*") if p != "/gnu")
        environment = [f"FAKECHROOT_BASE={world.store}", f"FAKECHROOT_EXCLUDE_PATH={exclude}"]
        os.environ.update(w.split("=", 1) for w in environment)
        found["fakechroot 2"] = lambda name, words: (
            world.host, "", [loader, "--library-path", ":".join(folders), "--preload", library,
                             world.store + world.program(name), *words])
    return found


def workloads(world):
    """Row -> (weight, program, words, folder, made file): more rounds for short ones."""
    true = world.program("true")
    return {
        "launch hello": (8, "hello", [], world.folder, None),
        "find 20000": (2, "find", ["tree"], world.folder, None),
        "ls -lR 20000": (1, "ls", ["-lR", "tree"], world.folder, None),
        "git status 10000": (1, "git", ["status", "--short"], world.folder + "/repository", None),
        "python 30 imports": (1, "python3", ["-c", "import " + ", ".join(MODULES.split())], world.folder, None),
        "200 fork+exec": (1, "bash", ["-c", f"for i in {{1..200}}; do {true}; done"], world.folder, None),
        "gcc -c": (1, "gcc", ["-c", "-O1", "-o", "unit.o", "unit.c"], world.folder, "unit.o"),
    }


def calls_words(world):
    payload = world.items["hello"] + "/bin/hello"
    return [world.folder + "/calls", payload, world.items["hello"] + "/lib/none.so", "/etc/passwd", "/etc/none",
            world.profile + "/bin/hello", payload]


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Table:
    def __init__(self, names):
        self.names = names
        self.times = {}    # (row, way) -> nanoseconds
        self.wrong = {}    # (row, way) -> why it has none

    def add(self, row, way, value):
        self.times.setdefault((row, way), []).append(value)

    def pair(self, row, way, of, combine):
        """`combine` of the medians of both ways, and of their minima."""
        values, others = self.times.get((row, way)), self.times.get((row, of))
        if not values or not others:
            return None
        return (combine(statistics.median(values), statistics.median(others)),
                combine(min(values), min(others)))

    def cell(self, row, way):
        if (row, way) in self.wrong:
            return self.wrong[row, way]
        ratios = self.pair(row, way, "native", lambda a, b: a / b)
        if ratios is None:
            return "-"
        if way == "native":
            return human(statistics.median(self.times[row, way]))
        text = "%.2f [%.2f]" % ratios
        if LIMITS["inprocess"][row][1] == MORE:
            text = "%+.0f [%+.0f] ns" % self.pair(row, way, "native", lambda a, b: a - b)
        return text + ("!" if self.miss(row, way) else "")

    def miss(self, row, way):
        """Words, if the way is above its limit; a busy machine spoils one of two numbers."""
        limit, of = LIMITS.get(way, {}).get(row, (None, None))
        if limit is None or (row, way) in self.wrong:
            return None
        if of == MORE:
            pair = self.pair(row, way, "native", lambda a, b: a - b)
        else:
            pair = self.pair(row, way, "native" if of == RATIO else of, lambda a, b: a / b)
        if pair is None or min(pair) <= limit:
            return None
        words = {RATIO: "times native", MORE: "ns more than native"}.get(of, f"times {of}")
        return f"{way}: {row}: {min(pair):.2f} {words}, its limit is {limit}"

    def misses(self):
        found = [self.miss(row, way) for row, way in sorted(self.times)]
        return [words for words in found if words]

    def show(self):
        rows = list(dict.fromkeys(row for row, _ in [*self.times, *self.wrong]))
        lines = [["", *self.names]]
        lines += [[row, *(self.cell(row, way) for way in self.names)] for row in rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
        for line in lines:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def human(nanoseconds):
    for unit, size in (("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.0f} ns"


def run_workload(world, table, found, row, workload):
    _, program, words, cwd, made = workload
    expected = None
    for way in ["native", *(n for n in table.names if n != "native")]:
        if (row, way) in table.wrong:
            continue
        runner, setting, argv = found[way](program, words)
        out = f"{world.folder}/out"
        nanoseconds, status = runner.run(cwd, out, setting, argv)
        printed = read(out) + (read(f"{cwd}/{made}") if made and os.path.exists(f"{cwd}/{made}") else b"")
        if made and os.path.exists(f"{cwd}/{made}"):
            os.unlink(f"{cwd}/{made}")
        if way == "native":
            expected = printed
            if status != 0:
                sys.exit(f"bench: {row}: {argv} ends with status {status}: {printed[:200]!r}")
        if status != 0 or printed != expected:
            table.wrong[row, way] = "differs"
            print(f"bench: {row}: {way}: status {status}, prints {printed[:200]!r}", file=sys.stderr)
        else:
            table.add(row, way, nanoseconds)


def run_calls(world, table, found):
    for way in table.names:
        if ("calls", way) in table.wrong:
            continue
        runner, setting, argv = found[way]("env", calls_words(world))
        out = f"{world.folder}/out"
        _, status = runner.run(world.folder, out, setting, argv)
        if status != 0:
            table.wrong["calls", way] = "differs"
            print(f"bench: calls: {way}: status {status}, prints {read(out)[:200]!r}", file=sys.stderr)
            continue
        for line in read(out).decode().splitlines():
            row, nanoseconds = line.split()
            table.add(row, way, float(nanoseconds))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", default="", help="rows with this word in their name; 'calls' for all calls")
    parser.add_argument("engines", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench.", dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        world = World(folder)
        world.make()
        found = ways(world)
        names = ["native", *(n for n in found if n != "native" and (not options.engines or n in options.engines))]
        table = Table(names)
        rows = {n: w for n, w in workloads(world).items() if options.only in n}
        for i in range(options.rounds):
            print(f"round {i + 1} of {options.rounds}", end="\r", file=sys.stderr, flush=True)
            for row, workload in rows.items():
                for _ in range(workload[0]):
                    run_workload(world, table, found, row, workload)
            if options.only in "calls":
                run_calls(world, table, found)
        table.show()
        subprocess.run(["chmod", "-R", "u+w", world.pack], check=True)
    wrong = [f"{way}: {row}: not as natively" for row, way in table.wrong if way in OURS]
    for words in [*wrong, *table.misses()]:
        print("bench: " + words)
    sys.exit(1 if wrong or table.misses() else 0)


if __name__ == "__main__":
    main()
