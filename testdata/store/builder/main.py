"""Builds one item of the store; nix-build starts it for each.

The environment is the derivation: `item` is its name in contents.py, `packages`
are the Debian packages to take files from, `needs` the items it may refer to
(NAME=PATH), `out` its own path.
"""

import os
import sys

import debian
import elf
import finish
import scripts


class Item:
    """The item that is built: what every step needs to know."""

    def __init__(self, environ):
        self.name = environ["item"]
        self.out = environ["out"]
        self.packages = [p.split("=")[0] for p in environ["packages"].split()]
        self.needs = dict(n.split("=") for n in environ["needs"].split())
        self.programs = environ["programs"]
        self.prefix = os.path.dirname(self.out)

    def path(self, item):
        """Where `item`, this one or one of its needs, is in the store."""
        return self.out if item == self.name else self.needs[item]

    def files(self):
        """The regular files the item has so far."""
        for folder, _, names in os.walk(self.out):
            for name in names:
                path = os.path.join(folder, name)
                if not os.path.islink(path):
                    yield path


def main():
    item = Item(os.environ)
    os.environ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin"
    os.makedirs(item.out)
    debian.copy(item)
    finish.set_paths(item)
    elf.relink(item)
    scripts.relink(item)
    finish.finish(item)


if __name__ == "__main__":
    sys.exit(main())
