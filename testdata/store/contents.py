"""What the store holds, and of which Debian packages each item is made.

An item of a store is what one package installs. Here it is what one or more
Debian packages have installed on this machine; plan() adds the library packages
that they depend on, as items of their own, and says which item needs which.
"""

import re
import subprocess

# Item -> the Debian packages it is made of. Its name in the store is the item
# and the version of its first package. What has no package is made by
# builder/finish.py.
ITEMS = {
    "bash": ["bash"],
    "binutils": ["binutils", "binutils-x86-64-linux-gnu"],
    "coreutils": ["coreutils"],
    "findutils": ["findutils"],
    "gawk": ["gawk"],
    "gcc": [],
    "gcc-unwrapped": ["gcc-12", "cpp-12", "libgcc-12-dev"],
    "git": ["git", "liberror-perl"],
    # As in Nix, libgcc_s.so.1, which pthread_cancel(3) loads, is beside libc.
    "glibc": ["libc6", "libgcc-s1"],
    "glibc-bin": ["libc-bin"],
    "glibc-dev": ["libc6-dev", "linux-libc-dev", "libcrypt-dev"],
    "grep": ["grep"],
    "hello": ["hello"],
    "make": ["make"],
    "musl": ["musl"],
    "perl": ["perl-base", "perl", "perl-modules-5.36", "libperl5.36"],
    "probe": [],
    "python3": ["python3.11-minimal", "python3.11", "libpython3.11-minimal",
                "libpython3.11-stdlib"],
    "sed": ["sed"],
    "tar": ["tar"],
}

# What an item needs and no Debian dependency says: the interpreters of its
# scripts, and what builder/finish.py writes into its files.
NEEDS = {
    "findutils": ["bash"],
    "gawk": ["bash"],
    "gcc": ["bash", "binutils", "gcc-unwrapped", "glibc-dev"],
    "git": ["bash", "perl"],
    "glibc-bin": ["bash"],
    "grep": ["bash"],
    "perl": ["bash"],
    "probe": ["bash", "musl"],
}

# Dependencies of which we leave out what would need them.
UNUSED = {"libasan8", "liblsan0", "libtsan2", "libubsan1", "libgprofng0"}

# The C libraries, the bottom of the graph: they need nothing.
C_LIBRARIES = {"glibc", "musl"}

# What is in the profile by default: what is not there for another item only.
PROFILE = sorted(ITEMS.keys() - C_LIBRARIES - {"gcc-unwrapped", "glibc-dev"})


class Missing(Exception):
    """A package of which the store is made is not installed."""


def plan(profile):
    """Returns {item: {"name", "packages", "needs"}} for the items of `profile`,
    for all they need, and for the profile itself. The packages' versions are in
    it: where the plan is the same, so is the store."""
    installed = _installed()
    item_of = {deb: item for item, debs in ITEMS.items() for deb in debs}
    items, todo = {}, list(profile)
    while todo:
        item = todo.pop()
        if item in items:
            continue
        debs = ITEMS.get(item, [item])
        missing = [deb for deb in debs if deb not in installed]
        if missing:
            raise Missing(" ".join(missing))
        needs = set()
        if item not in C_LIBRARIES:
            needs = {"glibc", *NEEDS.get(item, [])}
            depends = {d for deb in debs for d in installed[deb].depends}
            needs |= {item_of.get(d, d) for d in depends
                      if d in item_of or _is_library(d, installed)}
        items[item] = {
            "name": _name(item, debs, installed),
            "packages": [f"{deb}={installed[deb].version}" for deb in debs],
            "needs": sorted(needs - {item}),
        }
        todo += needs
    items["profile"] = {"name": "profile", "packages": [], "needs": profile}
    return items


class _Package:
    def __init__(self, version, depends):
        self.version = version
        # Each is NAME[:ARCH] [(RELATION)]; "|" stands between alternatives.
        self.depends = re.findall(r"(?:^|[,|]\s*)([a-z0-9][a-z0-9+.-]*)",
                                  depends)


def _installed():
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", r"${db:Status-Abbrev}\t${Package}\t"
         r"${Version}\t${Pre-Depends}, ${Depends}\n"],
        check=True, text=True, stdout=subprocess.PIPE).stdout
    packages = {}
    for line in listing.splitlines():
        status, name, version, depends = line.split("\t")
        if status.startswith("ii"):
            packages[name] = _Package(version, depends.strip(", "))
    return packages


def _is_library(deb, installed):
    return (deb in installed and deb not in UNUSED and
            re.match(r"z?lib", deb) is not None and
            re.search(r"-(dev|bin|data|common)$", deb) is None)


def _name(item, debs, installed):
    if not debs:
        return item
    # The upstream version: no epoch, and nothing that Debian added.
    return item + "-" + re.sub(r"^\d+:|[-+~].*", "", installed[debs[0]].version)
