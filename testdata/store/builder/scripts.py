"""Makes the scripts of an item start the store's interpreters."""

import re

# What stands after #! in Debian's scripts -> where it is: item, path in it.
_INTERPRETER = re.compile(
    rb"#! ?(?:/usr(?:/local)?)?/bin/(?:env )?(sh|bash|perl|python)"
    rb"(?:[0-9]\S*)?(?=\s)")
_PROGRAM = {b"sh": ("bash", "/bin/sh"), b"bash": ("bash", "/bin/bash"),
            b"perl": ("perl", "/bin/perl"), b"python": ("python3", "/bin/python3")}


def relink(item):
    """Changes the #! lines, and the paths in the linker's scripts."""
    for path in item.files():
        with open(path, "rb") as file:
            head = file.read(200)
        if head.startswith(b"#!"):
            _relink_script(item, path)
        elif head.startswith(b"/* GNU ld script"):
            _relink_linker_script(item, path)


def _relink_script(item, path):
    with open(path, "r+b") as file:
        text = file.read()
        match = _INTERPRETER.match(text)
        if match is None:
            return
        home, program = _PROGRAM[match.group(1)]
        interpreter = (item.path(home) + program).encode()
        file.seek(0)
        file.write(b"#!" + interpreter + text[match.end():])


def _relink_linker_script(item, path):
    with open(path, "r+", encoding="ascii") as file:
        text = file.read()
        text = re.sub(r"/usr/lib/x86_64-linux-gnu/", item.out + "/lib/", text)
        text = re.sub(r"(?<= )/lib(64|/x86_64-linux-gnu)/",
                      item.path("glibc") + "/lib/", text)
        file.seek(0)
        file.write(text)
        file.truncate()
