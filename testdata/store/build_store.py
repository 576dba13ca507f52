#!/usr/bin/python3
"""Builds a real store, offline, and prints the folder it is in.

    build_store.py [--output DIR] [--prefix /gnu/store] [--profile ITEM,...]

Nix's own nix-build makes it, of the programs that Debian's packages have
installed on this machine (contents.py says which). It takes a minute, and is
then used by all who ask for the same: it is built anew only if a package or a
file beside this one changes. It works for root and for an ordinary user, and the
host never gets a /gnu: Nix runs in a mount namespace of its own (enter.cc).

The folder is ~/.cache/relocatable-build/store-KEY; root's, whose programs run as
an ordinary user in tests, is where others can read it, in /var/tmp. It holds

    gnu/store/       the items, as Nix leaves them: read-only, of 1970
    var/nix/db/      the database, which speaks of /gnu/store/...
    profile          a link to /gnu/store/HASH-profile, of absolute links
    closure          what the profile needs, itself included, one path a line
    items            NAME<tab>PATH of these
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import time

import contents

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = ["build_store.py", "contents.py", "enter.cc", "store.nix", "builder",
           "programs"]
TOOLS = {"nix-build": "nix-bin", "patchelf": "patchelf", "g++": "g++",
         "musl-gcc": "musl-tools", "go": "golang-go"}
UNUSED_DAYS = 7


class Failure(Exception):
    """Its text is for the user."""


def main():
    options = _parse(sys.argv[1:])
    try:
        print(_get_store(options))
    except contents.Missing as missing:
        sys.exit(f"build_store: packages are missing (apt-get install {missing})")
    except Failure as failure:
        sys.exit(f"build_store: {failure}")


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="build_store", description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--output", metavar="DIR")
    parser.add_argument("--prefix", default="/gnu/store")
    parser.add_argument("--profile", metavar="ITEM,...", type=lambda s: s.split(","),
                        default=contents.PROFILE)
    return parser.parse_args(arguments)


def _get_store(options):
    plan = json.dumps(contents.plan(options.profile), indent=1, sort_keys=True)
    key = _key(plan, options.prefix)
    output = options.output and os.path.abspath(options.output)
    if output is None:
        output = f"{_cache()}/store-{key[:16]}"
    with _locked(output + ".lock"):
        if _read(output + "/key") != key:
            _build(plan, key, options.prefix, output)
        os.utime(output + "/key")  # used today
    if options.output is None:
        _remove_unused(os.path.dirname(output))
    return output


def _locked(path, how=fcntl.LOCK_EX):
    """Waits for the lock, and holds it as long as the file is open: here or in
    what we have started, should we be killed."""
    lock = open(path, "w", encoding="ascii")
    os.set_inheritable(lock.fileno(), True)
    fcntl.flock(lock, how)
    return lock


def _key(plan, prefix):
    digest = hashlib.sha256(f"{prefix}\n{plan}\n".encode())
    for path in _sources():
        with open(path, "rb") as file:
            text = file.read()
        digest.update(f"{os.path.relpath(path, HERE)} {len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()


def _sources():
    for name in SOURCES:
        path = f"{HERE}/{name}"
        if os.path.isdir(path):
            yield from (f"{path}/{n}" for n in sorted(os.listdir(path))
                        if n.endswith((".py", ".c", ".go")))
        else:
            yield path


def _cache():
    """Where stores are kept. /var/tmp is everybody's: what is there under our
    name must be ours."""
    if os.getuid() != 0:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        path = home + "/relocatable-build"
        os.makedirs(path, exist_ok=True)
        return path
    path = "/var/tmp/relocatable-build"
    if not os.path.lexists(path):
        os.mkdir(path)
        os.chmod(path, 0o755)
    status = os.lstat(path)
    if (not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or
            status.st_mode & 0o022):
        raise Failure(f"'{path}' is not a folder that only root can write "
                      "(remove it, or use --output)")
    return path


def _read(path):
    try:
        with open(path, encoding="ascii") as file:
            return file.read()
    except OSError:
        return None


def _build(plan, key, prefix, output):
    missing = [deb for tool, deb in TOOLS.items() if shutil.which(tool) is None]
    if missing:
        raise contents.Missing(" ".join(missing))
    # Beside its place, and then renamed: a store is there whole or not at all.
    store, work = output + ".new", output + ".work"
    _remove(store)
    _remove(work)
    os.makedirs(store + prefix)
    os.makedirs(work)
    os.chmod(store, 0o755)
    try:
        _build_in(store, work, plan, prefix)
        _write(store + "/key", key)
        _remove(output)
        os.rename(store, output)
    finally:
        _remove(work)
        _remove(store)


def _build_in(store, work, plan, prefix):
    for path in _sources():  # Nix takes the folders whole
        copy = f"{work}/{os.path.relpath(path, HERE)}"
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        shutil.copy(path, copy)
    _write(work + "/plan.json", plan)
    _run(["g++", "-std=c++20", "-O1", "-o", work + "/enter", work + "/enter.cc"],
         work)
    enter = [work + "/enter", "--writable", store + prefix, prefix]
    profile = _run(enter + [
        "nix-build", "--no-out-link", "-k", "-j", str(os.cpu_count()),
        "--option", "sandbox", "false", "--option", "substitute", "false",
        "--option", "build-users-group", "", "--arg", "plan",
        work + "/plan.json", work + "/store.nix"], work, store, prefix).strip()
    closure = _run(enter + ["nix-store", "-qR", profile], work, store, prefix)
    os.symlink(profile, store + "/profile")
    _write(store + "/closure", closure)
    names = {os.path.basename(p)[33:]: p for p in closure.split()}
    items = {i: names[spec["name"]] for i, spec in json.loads(plan).items()
             if spec["name"] in names}
    _write(store + "/items",
           "".join(f"{i}\t{p}\n" for i, p in sorted(items.items())))


def _run(command, work, store="", prefix=""):
    environment = {
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": work, "TMPDIR": work,
        "USER": "builder",  # Nix wants a name, which not every uid has
        "LC_ALL": "C.UTF-8", "NIX_REMOTE": "", "NIX_STORE_DIR": prefix,
        "NIX_STATE_DIR": store + "/var/nix", "NIX_LOG_DIR": work + "/log",
        "NIX_CONF_DIR": work,
    }
    with open(work + "/log.txt", "w+", encoding="utf-8") as log:
        done = subprocess.run(command, env=environment, cwd=work, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=log, close_fds=False, check=False)
        if done.returncode != 0:
            log.seek(0)
            said = "".join(log.readlines()[-30:])
            raise Failure(f"cannot build the store:\n{said}")
    return done.stdout


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(path, 0o644)


def _remove(path):
    if os.path.lexists(path):
        # Items are read-only, folders too.
        subprocess.run(["chmod", "-R", "u+w", path], check=True)
        shutil.rmtree(path)


def _remove_unused(cache):
    """Removes the stores that nobody has asked for of late."""
    for name in os.listdir(cache):
        path = f"{cache}/{name}"
        if not name.startswith("store-") or "." in name:
            continue
        try:
            with _locked(path + ".lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
                age = time.time() - os.stat(path + "/key").st_mtime
                if age > UNUSED_DAYS * 24 * 3600:
                    _remove(path)
        except (BlockingIOError, FileNotFoundError):
            pass  # in use, or not a whole store


if __name__ == "__main__":
    main()
