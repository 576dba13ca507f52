"""Makes the ELF files of an item find the store, and nothing but the store.

Debian's files name no library folder: ld.so looks in its cache and in /lib. In
a store each names the folders it needs (RUNPATH), and its ld.so by full path.
"""

import os
import re
import subprocess

import in_place

class Unresolved(Exception):
    """A library that an ELF file needs is in none of the item's needs."""


def relink(item):
    """Relinks all ELF files of the item."""
    files = list({os.stat(f).st_ino: f for f in item.files()
                  if is_elf(f) and not _is_character_set(f)}.values())
    for path in files:
        in_place.hide_host(path, item.prefix)
    folders = _library_folders(item)
    alike = {}  # what patchelf is told -> the files for which that is right
    for path, is_started, needed in _read(files):
        if needed:  # ld.so and static programs need no help
            options = ["--set-rpath", _runpath(item, path, needed, folders)]
            if is_started:
                options += ["--set-interpreter",
                            item.path("glibc") + "/lib/ld-linux-x86-64.so.2"]
            alike.setdefault(tuple(options), []).append(path)
    for options, paths in alike.items():
        subprocess.run(["patchelf", *options, *paths], check=True)


def is_elf(path):
    """Whether it is an ELF executable or shared object."""
    with open(path, "rb") as file:
        header = file.read(18)
    return header[:4] == b"\x7fELF" and header[16] in (2, 3)


def _is_character_set(path):
    # A module of glibc's own iconv(3), one of 250. The libc that loads it is
    # what it needs, and the few that share a library find it by $ORIGIN.
    return "/lib/gconv/" in path


def _read(files):
    """Yields (path, has an interpreter, names of needed libraries)."""
    if not files:
        return
    said = subprocess.run(["objdump", "-p", *files], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    for path, text in zip(files, said.split(":     file format ")[1:],
                          strict=True):
        yield (path, re.search(r"^  INTERP ", text, re.M) is not None,
               re.findall(r"^  NEEDED +(\S+)$", text, re.M))


def _library_folders(item):
    folders = {}
    for base in [*item.needs.values(), item.out]:
        for folder, _, names in os.walk(base + "/lib"):
            for name in names:
                if ".so" in name:
                    folders[name] = folder
    return folders


def _runpath(item, path, needed, folders):
    found = []
    for name in needed:
        if name not in folders:
            raise Unresolved(f"{path} of {item.name} needs {name}")
        if folders[name] not in found:
            found.append(folders[name])
    return ":".join(found)
