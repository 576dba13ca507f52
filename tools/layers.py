#!/usr/bin/env python3
"""Holds docs/design.md, section 4, to the build: layers.py

The block ```layers in it says which folder may use which. Bazel's visibility
says the same target by target; this compares what the targets really use with
what the document says. A folder belongs to the deepest row above it. Tests may
use what they like, and nothing that is no test can use testdata/ (testonly).
"""
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Rooms that the build itself is made of.
UNJUDGED = ("testdata", "third_party", "tools", "docs", "")


def allowed():
    """{room: [rooms it may use]} from the document."""
    with open(os.path.join(TOP, "docs/design.md"), encoding="utf-8") as f:
        block = re.search(r"^```layers\n(.*?)^```", f.read(), re.M | re.S).group(1)
    rows = [line.split("->") for line in block.splitlines()]
    return {room.strip(): uses.split() for room, uses in rows}


def edges():
    """(user, used) for each pair of our targets of which one names the other."""
    query = ["./bazelw", "query", "deps(//... except tests(//...) except attr(tags, manual, //...), 1)", "--output=graph", "--nograph:factored"]
    out = subprocess.run(query, cwd=TOP, check=True, stdout=subprocess.PIPE).stdout.decode()
    return re.findall(r'^  "//([^"]*)" -> "//([^"]*)"', out, re.M)


def room(label, rooms):
    """The deepest of `rooms` that the target's package is in, or its package."""
    package = label.split(":")[0]
    inside = [r for r in rooms if package == r or package.startswith(r + "/")]
    return max(inside, key=len) if inside else package


def main():
    rules, wrong, used_rooms = allowed(), [], set()
    for user, used in sorted(set(edges())):
        user_room, used_room = room(user, rules), room(used, rules)
        used_rooms |= {user_room, used_room}
        if user_room == used_room or user_room.split("/")[0] in UNJUDGED or used_room.split("/")[0] in UNJUDGED:
            continue
        if used_room not in rules.get(user_room, []):
            wrong.append("//%s uses //%s, and %s may not use %s" % (user, used, user_room, used_room))
    wrong += ["no target is in %s" % r for r in rules if r not in used_rooms]
    for line in wrong:
        print("docs/design.md, section 4: " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
