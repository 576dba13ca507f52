#!/usr/bin/env python3
"""What starting the product costs, against an empty static C program.

  tools/start_benchmark.py [PRODUCT] [ROUNDS]

Times are of one round's posix_spawn(3) to wait(2), the programs in turn, so that
what else the machine does hits all alike; read the ratios. "run --help" throws a
C++ exception (CLI11 reports by them): it costs 2 ms more where frames are
registered at start (cli/no_frame_registry.c).
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

EMPTY = "int main(void) { return 0; }\n"


def build_empty(folder):
    path = folder + "/empty"
    subprocess.run(["gcc", "-O2", "-static", "-s", "-x", "c", "-o", path, "-"], input=EMPTY.encode(), check=True)
    return path


def seconds(argv, null):
    start = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
    os.waitpid(pid, 0)
    return time.perf_counter() - start


def main():
    product = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "bazel-bin/cli/relocatable")
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    null = os.open("/dev/null", os.O_WRONLY)
    with tempfile.TemporaryDirectory() as folder:
        rows = {
            "an empty static program": [build_empty(folder)],
            "relocatable --version": [product, "--version"],
            "relocatable run --help": [product, "run", "--help"],
        }
        times = {name: [] for name in rows}
        for _ in range(rounds):
            for name, argv in rows.items():
                times[name].append(seconds(argv, null))
    base = statistics.median(times["an empty static program"])
    for name, values in times.items():
        median = statistics.median(values)
        print("%-25s %6.2f ms  %5.2fx" % (name, median * 1000, median / base))


if __name__ == "__main__":
    main()
