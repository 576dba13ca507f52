"""Changes paths that Debian has compiled into programs and libraries.

In a real store they are the store's own: its ld.so has never heard of /lib. If
ours had, a library that a closure lacks would be taken from the host, and no
test would notice.
"""

import re
import struct

# The start of a C string: a folder of the host, or a list of libraries in /etc.
_HOST_PATH = re.compile(
    rb"(?<=\0)/(usr|lib|lib64|etc(?=/ld[.-]))(?=/[^\0:\n]*\0)")

# Data that a real store takes from the host as well.
_HOST_DATA = re.compile(rb"/(usr/share|lib)/(zoneinfo|terminfo)")

# OpenSSL's configuration and certificates: the host's, as a program installed
# for good would use them. Debian's path is two links to /etc/ssl.
_OPENSSL = re.compile(rb"(?<=\0)/usr/lib/ssl((?:/[^\0]*)?)(?=\0)")

_PAGE = 4096
_PT_LOAD = 1
_PF_X = 1
_ET_EXEC = 2


def hide_host(path, prefix):
    """Turns /usr/..., /lib/... into /gnu/..., of the same length, where nothing
    is. The prefix's first component has three letters: gnu or nix."""
    root = prefix.split("/")[1].encode()
    assert len(root) == 3, prefix

    def elsewhere(match):
        if _HOST_DATA.match(match.string, match.start()):
            return match.group()
        return b"/" + root + match.group(1)[3:]

    def openssl(match):
        return (b"/etc/ssl" + match.group(1)).ljust(len(match.group()), b"\0")

    with open(path, "rb") as file:
        before = file.read()
    after = _HOST_PATH.sub(elsewhere, _OPENSSL.sub(openssl, before))
    assert len(before) == len(after)
    _rewrite(path, before, after)


def replace_string(path, old, new):
    """Makes the program use the string `new` where it used `old`, which may be
    shorter: `new` is put behind the read-only data, in what is left of its last
    page, and the instructions that take the address of `old` take that one's.
    Right only where no instruction has the length of `old` built in."""
    with open(path, "rb") as file:
        before = file.read()
    data = bytearray(before)
    segments = _segments(data)
    starts = [m.start() + 1 for m in
              re.finditer(b"\0" + re.escape(old.encode()) + b"\0", data)]
    assert len(starts) == 1, f"{path} has '{old}' {len(starts)} times"
    constants = next(s for s in segments if s.has(starts[0]))
    text = new.encode() + b"\0"
    room = constants.room(data, segments)
    assert room >= len(text), f"{path} has {room} bytes for '{new}'"
    place = constants.offset + constants.size
    data[place:place + len(text)] = text
    constants.grow(data, len(text))
    users = 0
    for segment in segments:
        if segment.flags & _PF_X:
            users += _redirect(data, segment, constants.address(starts[0]),
                               constants.address(place))
    assert users > 0, f"no instruction of {path} uses '{old}'"
    _rewrite(path, before, bytes(data))


class _Segment:
    """A PT_LOAD of a little-endian 64-bit file."""

    def __init__(self, data, header):
        self.header = header
        _, self.flags, self.offset, self.vaddr, _, self.size, _, _ = (
            struct.unpack_from("<IIQQQQQQ", data, header))

    def has(self, offset):
        return self.offset <= offset < self.offset + self.size

    def address(self, offset):
        return self.vaddr + offset - self.offset

    def room(self, data, segments):
        """Bytes behind its end that are mapped with it and used by nobody."""
        end = self.offset + self.size
        limit = min([end + -end % _PAGE] +
                    [s.offset for s in segments if s.offset >= end])
        return limit - end if not any(data[end:limit]) else 0

    def grow(self, data, size):
        self.size += size
        for field in (32, 40):  # p_filesz, p_memsz
            struct.pack_into("<Q", data, self.header + field, self.size)


def _segments(data):
    offset, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    headers = range(offset, offset + size * count, size)
    return [_Segment(data, h) for h in headers
            if struct.unpack_from("<I", data, h)[0] == _PT_LOAD]


def _redirect(data, segment, old, new):
    """Changes `lea old(%rip), %r` and, in a program that is not relocated,
    `mov $old, %r32`; returns how many."""
    found = 0
    text = bytes(data[segment.offset:segment.offset + segment.size])
    for lea in re.finditer(rb"[\x48\x4c]\x8d[\x05\x0d\x15\x1d\x25\x2d\x35\x3d]", text):
        at = segment.offset + lea.start()
        after = segment.address(at) + 7
        if after + struct.unpack_from("<i", data, at + 3)[0] == old:
            struct.pack_into("<i", data, at + 3, new - after)
            found += 1
    if struct.unpack_from("<H", data, 16)[0] == _ET_EXEC:
        for mov in re.finditer(rb"[\xb8-\xbf]" + re.escape(struct.pack("<I", old)), text):
            struct.pack_into("<I", data, segment.offset + mov.start() + 1, new)
            found += 1
    return found


def _rewrite(path, before, after):
    if before != after:
        with open(path, "r+b") as file:
            file.write(after)
