#!/usr/bin/env python3
"""Writes launch_table/ and manifest/ beside itself: where the fuzz targets of
pack/ start from. Each file is built field by field, as launch_table.h and
docs/manifest.md have them; what a target has found lies there, too, and stays.
"""
import json
import os
import struct

TOP = os.path.dirname(os.path.realpath(__file__))
STORE = "/gnu/store/" + "0" * 32


def launch_table(mounts=(), names=(), entry=None, index=b"", **spoiled):
    """A table of (guest, host) and (name, target), `spoiled` fields replaced."""
    strings = b"\0"

    def string(text):
        nonlocal strings
        at = len(strings)
        strings += text.encode() + b"\0"
        return at

    rows = [
        b"".join(struct.pack("<4I", string(a), string(b), flags, 0) for a, b in sorted(pairs))
        for pairs, flags in ((mounts, 3), (names, 0))
    ]
    body, places = b"", []
    for section in rows + [strings, index, b"", b""]:
        places += [128 + len(body), len(section)]
        body += section + b"\0" * (-len(section) % 8)
    fields = {
        "magic": b"RELOCLT\n", "version": 1, "machine": 62, "size": 128 + len(body),
        "entry": 0xffffffff if entry is None else entry, "reserved": 0, "places": places,
    }
    fields.update(spoiled)
    return struct.pack("<8sIIQII12Q", *list(fields.values())[:-1], *fields["places"]) + body


MOUNTS = [("/gnu/store", "root/gnu/store"), ("/nix/store", "root/nix/store")]
NAMES = [("bin/" + word, "%s-x/bin/%s" % (STORE, word)) for word in ("hell", "hello", "z")]

LAUNCH_TABLES = {
    "empty": launch_table(),
    "full": launch_table(MOUNTS, NAMES, 1, b"index"),
    "one_name": launch_table(MOUNTS[:1], NAMES[:1], 0),
    "version": launch_table(MOUNTS, NAMES, version=2),
    "cut": launch_table(MOUNTS, NAMES)[:-9],
    "outside": launch_table(MOUNTS, NAMES, places=[1 << 63, 16] * 6),
    "part_of_a_row": launch_table(MOUNTS, NAMES, places=[128, 8] * 6),
    "entry_point": launch_table(MOUNTS, NAMES, 3),
}

MANIFEST = {
    "format": "relocatable pack",
    "version": 1,
    "tool": "relocatable 0.1.0",
    "machine": "x86_64",
    "sources": [STORE + "-x"],
    "excluded": ["*.la"],
    "mounts": [{"guest": "/gnu/store", "host": "root/gnu/store", "readOnly": True, "union": True}],
    "entryPoint": "bin/hello",
    "names": [{"name": "bin/hello", "target": STORE + "-x/bin/hello"}],
    "items": [{
        "path": STORE + "-x", "narSize": 16, "narHash": "sha256:" + "0" * 64,
        "references": [STORE + "-x"], "missing": ["/gnu/store/x"], "trimmed": True,
    }],
    "files": [{"path": "launch", "size": 5, "sha256": "0" * 64}],
}

MANIFESTS = {
    "full": MANIFEST,
    "bare": dict(MANIFEST, sources=[], excluded=[], names=[], items=[], files=[], entryPoint=None),
    "version": dict(MANIFEST, version=2),
    "types": dict(MANIFEST, items={"path": 1}, files=[[]]),
    "paths": dict(MANIFEST, names=[{"name": "../x", "target": "x/./y"}]),
}


def write(folder, files):
    os.makedirs(os.path.join(TOP, folder), exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(TOP, folder, name), "wb") as f:
            f.write(content)


write("launch_table", LAUNCH_TABLES)
write("manifest", {name: json.dumps(m).encode() for name, m in MANIFESTS.items()})
