#!/usr/bin/env python3
"""What packing costs, against cp and tar of the same files, and its memory.

  tools/pack_benchmark.py [--product FILE] [--rounds N] [--many-files N] [FOLDER]

FOLDER (default: /usr/lib/gcc) is copied to a made-up store of one item. Packing
and its counterpart run in turn, so that what else the machine does hits both
alike; read the ratios. A tree may cost 1.3 times `cp -a`, a tar.zst 1.1 times
`tar -I 'zstd -T0'`. --many-files adds a closure of that many files and prints
what the most memory was: it must stay below 100 MB whatever their number. Exit
status 1 if something is above its limit.
"""
import argparse
import contextlib
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ITEM = "0123456789abcdfghijklmnpqrsvwxyz-benchmark-1.0"
LIMITS = {"tree": 1.3, "tar.zst": 1.1}
MEMORY_MB = 100


def seconds(argv):
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def remove(path):
    subprocess.run(["chmod", "-R", "u+w", path], check=True)
    subprocess.run(["rm", "-rf", path], check=True)


def register(item, work):
    """Gives `item` a program and its store a database, and returns the options
    of `pack` that go with it: reading files to find references is no part of
    what cp and tar do."""
    os.makedirs(item + "/bin", exist_ok=True)
    with open(item + "/bin/benchmark", "w", encoding="ascii") as f:
        f.write("#!/bin/sh\n")
    os.chmod(item + "/bin/benchmark", 0o755)
    file = work + "/db.sqlite"
    if os.path.exists(file):
        os.remove(file)
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        db.execute("create table ValidPaths (id integer primary key, path text, hash text,"
                   " registrationTime integer, deriver text, narSize integer)")
        db.execute("create table Refs (referrer integer, reference integer)")
        db.execute("insert into ValidPaths values (1, ?, ?, 1, null, 1)", (item, "sha256:" + 64 * "0"))
    return ["--store-db", file]


def compare(product, item, work, rounds):
    database = register(item, work)
    pairs = {
        "tree": ["cp", "-a", item, work + "/theirs"],
        "tar.zst": ["tar", "-I", "zstd -T0 -3", "-cf", work + "/theirs", "-C", os.path.dirname(item), ITEM],
    }
    good = True
    for name, theirs in pairs.items():
        ours = [product, "pack", "-q", *database, "-f", name, "-o", work + "/ours", item]
        ratios = []
        for _ in range(rounds):
            one, other = seconds(ours), seconds(theirs)
            ratios.append(one / other)
            remove(work + "/ours")
            remove(work + "/theirs")
        print("%-8s %.2f of %s (at most %.1f; %.2f to %.2f in %d rounds)" % (
            name, statistics.median(ratios), theirs[0], LIMITS[name], min(ratios), max(ratios), rounds))
        good = good and statistics.median(ratios) <= LIMITS[name]
    return good


def many_files(product, count, work):
    item = work + "/many/" + ITEM
    for i in range(count):
        if i % 1000 == 0:
            folder = "%s/%03d" % (item, i // 1000)
            os.makedirs(folder)
        with open("%s/file-%06d" % (folder, i), "w", encoding="ascii") as f:
            f.write("%d\n" % i)
    database = register(item, work)
    good = True
    for name in LIMITS:
        subprocess.run([product, "pack", "-q", *database, "-f", name, "-o", work + "/ours", item], check=True)
        remove(work + "/ours")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print("%-8s %d files: %.0f MB of memory at most (limit %d)" % (name, count, peak, MEMORY_MB))
        good = good and peak <= MEMORY_MB
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--product", default="bazel-bin/cli/relocatable")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--many-files", type=int, default=0)
    parser.add_argument("folder", nargs="?", default="/usr/lib/gcc")
    options = parser.parse_args()
    product = os.path.abspath(options.product)
    work = tempfile.mkdtemp()
    try:
        # First: ru_maxrss is the most of all children, tar and cp included.
        good = not options.many_files or many_files(product, options.many_files, work)
        item = work + "/store/" + ITEM
        shutil.copytree(options.folder, item, symlinks=True)
        if options.rounds:
            good = compare(product, item, work, options.rounds) and good
        return 0 if good else 1
    finally:
        remove(work)


if __name__ == "__main__":
    sys.exit(main())
