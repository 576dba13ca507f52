#!/usr/bin/env python3
"""Runs the console sessions of a document and compares what they print.

  doc_test.py [--program FILE] [--enter FILE --build-store FILE] [--ci FILE]
              DOCUMENT.md...

tools/console.py says what a session looks like. The commands of a document run
in order in one shell per machine, in one scratch folder, as an ordinary user
with a home that is empty, --program found in PATH, and no terminal. Commands in
a ```console ci block must be in the file --ci word for word.

A command that is shown with another output fails, as does one that exits other
than 0 without a word.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import console

# Ends what one command printed; its exit status follows.
END = b"\036end of command "
SECONDS = 600
SHOWN = 30  # lines of what was printed instead


class Machine:
    """A shell that is told its commands one by one."""

    def __init__(self, prefix, scratch, environment):
        self.shell = subprocess.Popen(
            prefix + ["timeout", str(SECONDS), "bash", "--norc"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=scratch, env=environment)

    def run(self, command):
        """Returns (exit status, printed lines); the status is what $? holds
        for the next command."""
        end = "__status=$?; printf '\\n\\036end of command %d\\n' $__status; (exit $__status)"
        try:
            self.shell.stdin.write(("{\n%s\n} </dev/null\n%s\n" % (command, end)).encode())
            self.shell.stdin.flush()
        except BrokenPipeError:
            return 1, ["(the shell has ended: an exit, or %d s are over)" % SECONDS]
        printed = b""
        while True:
            chunk = os.read(self.shell.stdout.fileno(), 65536)
            printed += chunk
            head, found, tail = printed.partition(b"\n" + END)
            if found and tail.endswith(b"\n"):
                return int(tail), head.decode(errors="replace").splitlines()
            if not chunk:
                return self.shell.wait(), printed.decode(errors="replace").splitlines()

    def end(self):
        self.shell.stdin.close()
        self.shell.wait()


def ordinary_uid():
    return os.getuid() or 54321


class Machines:
    """The machines of one document, by prompt; each is started when the first
    command wants it. They share the home and the folder for programs."""

    def __init__(self, scratch, options):
        self.home, self.options, self.shells = scratch + "/home", options, {}
        bin_folder = scratch + "/bin"
        for folder in (bin_folder, self.home):
            os.mkdir(folder)
            os.chown(folder, ordinary_uid(), ordinary_uid())
        if options.program:
            shutil.copy(options.program, bin_folder)
        self.environment = {
            "PATH": bin_folder + ":/usr/local/bin:/usr/bin:/bin",
            "HOME": self.home,
            "LANG": "C.UTF-8",
            "USER": "user",
        }

    def run(self, command):
        if command.prompt not in self.shells:
            prefix = {"$": self.here, "debian$": self.here, "guix$": self.with_store}[command.prompt]()
            self.shells[command.prompt] = Machine(prefix, self.home, self.environment)
        return self.shells[command.prompt].run(command.text)

    def end(self):
        for shell in self.shells.values():
            shell.end()

    def here(self):
        if os.getuid() != 0:
            return []
        return ["setpriv", "--reuid=%d" % ordinary_uid(), "--regid=%d" % ordinary_uid(), "--clear-groups"]

    def with_store(self):
        """A shell that sees a real /gnu/store; the user's profile is in it."""
        store = subprocess.run(
            ["python3", self.options.build_store], check=True, stdout=subprocess.PIPE).stdout.decode().strip()
        os.symlink(os.readlink(store + "/profile"), self.home + "/.guix-profile")
        uid = [] if os.getuid() else ["--uid=%d" % ordinary_uid()]
        return [os.path.abspath(self.options.enter)] + uid + [store + "/gnu/store", "/gnu/store"]


def problem(command, status, printed):
    if not console.matches(command.output, printed):
        shown = printed[:SHOWN] + ["(%d lines more)" % (len(printed) - SHOWN)] * (len(printed) > SHOWN)
        return "prints\n%s\ninstead of\n%s" % ("\n".join(shown), command.expects())
    if status != 0 and not printed:
        return "exits %d without a word" % status
    return None


def run_document(path, options):
    """Returns the number of commands, and of failures, each printed."""
    with open(path, encoding="utf-8") as f:
        run, in_ci = console.sessions(f.read())
    failures = 0

    def fail(command, what):
        nonlocal failures
        failures += 1
        print("%s:%d: `%s %s` %s\n" % (path, command.line, command.prompt, command.text, what))

    with open(options.ci, encoding="utf-8") as f:
        ci_lines = f.read()
    for command in in_ci:
        if command.text not in ci_lines:
            fail(command, "is not in .ci/run")
    with tempfile.TemporaryDirectory(prefix="doc-test.", dir="/var/tmp") as scratch:
        os.chmod(scratch, 0o755)
        machines = Machines(scratch, options)
        for command in run:
            what = problem(command, *machines.run(command))
            if what:
                fail(command, what)
        machines.end()
        # A pack's folders are read-only, as the store's are.
        subprocess.run(["chmod", "-R", "u+w", scratch], check=True)
    return len(run) + len(in_ci), failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program")
    parser.add_argument("--enter", help="testdata/store/enter")
    parser.add_argument("--build-store", help="testdata/store/build_store.py")
    parser.add_argument("--ci", default=".ci/run")
    parser.add_argument("documents", nargs="+")
    options = parser.parse_args()
    total = failed = 0
    for path in options.documents:
        count, failures = run_document(path, options)
        total, failed = total + count, failed + failures
    print("%d commands, %d of them not as shown" % (total, failed))
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
