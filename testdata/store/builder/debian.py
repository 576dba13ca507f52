"""Copies what Debian packages have installed into an item.

A store has no /usr and no folder per architecture: /usr/bin/x is bin/x, and
/lib/x86_64-linux-gnu/x.so is lib/x.so. Documents and translations stay out.
"""

import os
import re
import shutil
import subprocess

# Where a file goes: the first pattern that matches the start of its path below
# / or /usr says what stands there instead, None that the file is left out.
PLACES = [(re.compile(pattern), to) for pattern, to in [
    (r"lib/python3\.11/(test|distutils|lib2to3|pydoc_data|config-.*?)/", None),
    (r"lib/python3\.11/.*__pycache__/", None),
    (r"lib/(udev|systemd|debug)/", None),
    (r"lib/gcc/.*/(lto1$|plugin/|lib(a|l|t|ub)san)", None),
    (r"bin/(.*-(lto-dump|gcov.*)-12|.*gprofng.*|.*gp-(archive|display).*|.*gp-collect.*|.*-dwp)$", None),
    (r"lib/git-core/git-(daemon|shell|imap-send|http-(push|fetch|backend))$",
     None),
    (r"bin/(scalar|git-shell|ld-musl-config|make-first-.*)$", None),
    (r"lib/x86_64-linux-(gnu|musl)/", "lib/"),
    (r"lib/git-core/", "libexec/git-core/"),
    (r"include/x86_64-linux-gnu/", "include/"),
    (r"(bin|lib|libexec|include)/", r"\1/"),
    (r"share/(perl|perl5|git-core|awk)/", r"share/\1/"),
]]


def place(path, is_library):
    """Where the file that Debian has at `path` is in an item, or None."""
    path = re.sub(r"^/(usr/)?", "", path)
    for pattern, to in PLACES:
        match = pattern.match(path)
        if match:
            if to is None or (is_library and not path.startswith("lib/")):
                return None
            return match.expand(to) + path[match.end():]
    return None


def copy(item):
    """Fills `item` from its packages. A link stays a link if the store has what
    it points to; hard links stay hard links."""
    is_library = item.packages == [item.name] and item.name.startswith(
        ("lib", "zlib"))
    files = {}
    for path in _installed_files(item.packages):
        to = place(path, is_library)
        if to is not None:
            files[to] = path
    inodes = {}
    for to, path in sorted(files.items()):
        destination = os.path.join(item.out, to)
        os.makedirs(os.path.dirname(destination), exist_ok=True)
        if os.path.islink(path):
            _copy_link(item, files, path, destination)
        else:
            _copy_file(inodes, path, destination)


def _installed_files(packages):
    if not packages:
        return []
    listing = subprocess.run(["dpkg", "-L", *packages], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    return [line for line in listing.splitlines() if line.startswith("/") and
            (os.path.isfile(line) or os.path.islink(line))]


def _copy_file(inodes, path, destination):
    status = os.stat(path)
    first = inodes.setdefault(status.st_ino, destination)
    if first != destination:
        os.link(first, destination)
        return
    shutil.copyfile(path, destination)
    os.chmod(destination, 0o755 if status.st_mode & 0o111 else 0o644)


def _copy_link(item, files, path, destination):
    meant = os.path.normpath(
        os.path.join(os.path.dirname(path), os.readlink(path)))
    to = place(meant, False)
    if to is None or os.path.isdir(meant):
        return  # leads out of what the store has, like /etc/alternatives
    if to in files:
        target = os.path.join(item.out, to)
        os.symlink(os.path.relpath(target, os.path.dirname(destination)),
                   destination)
        return
    for need in item.needs.values():
        if os.path.exists(os.path.join(need, to)):
            os.symlink(os.path.join(need, to), destination)
            return
