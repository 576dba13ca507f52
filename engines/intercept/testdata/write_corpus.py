#!/usr/bin/env python3
"""Writes decode_x86_64/, eh_frame/, twin/, twin_table/, twin_index/ and cached_twin/ beside
itself: where the fuzz targets of the interceptor start from. Each file is built field by
field; what a target has found lies there, too, and stays.
"""
import os
import struct

TOP = os.path.dirname(os.path.realpath(__file__))

# One of each form that decode_x86_64.h tells apart, and of each prefix.
INSTRUCTIONS = {
    "system_call": "b8 02 00 00 00  0f 05  c3",
    "flow": "74 05  0f 84 00 01 00 00  eb fe  e9 fb ff ff ff  e8 00 00 00 00  ff e0  ff 15 01 00 00 00",
    "stop": "0f 0b  f4  48 cf  c2 08 00",
    "no_ops": "90  66 90  0f 1f 44 00 00  66 2e 0f 1f 84 00 00 00 00 00  f3 0f 1e fa",
    "memory": "48 8b 05 10 00 00 00  67 8b 44 24 08  64 48 8b 04 25 28 00 00 00  48 a1 00 00 00 00 00 00 00 00",
    "vector": "c5 f8 77  c4 e2 7d 18 00  62 f1 7c 48 10 05 00 00 00 00  8f e8 78 c0 c0 01  0f 0f c0 b4",
    "immediates": "48 b8 01 02 03 04 05 06 07 08  66 81 c0 00 01  f6 c0 01  f7 c0 00 00 00 00  c8 10 00 00",
    "too_long": "66 " * 14 + "0f 05",
}


def eh_frame(augmentation=b"zR", data=b"\x1b", rest=b"\0", address=0x5000, begin=0x1000, size=0x20):
    """A common entry, a frame that refers to it, and the terminator."""
    common = struct.pack("<IB", 0, 1) + augmentation + b"\0\x01\x78\x10"
    if augmentation:
        common += bytes([len(data)]) + data
    common = struct.pack("<I", len(common)) + common
    pointer = begin - (address + len(common) + 8)
    frame = struct.pack("<IiI", len(common) + 4, pointer, size) + rest
    return common + struct.pack("<I", len(frame)) + frame + b"\0\0\0\0"


EH_FRAMES = {
    "plain": eh_frame(),
    "landing_pads": eh_frame(b"zPLR", b"\x9b\0\0\0\0\x1b\x1b", b"\4\x77\0\0\0"),
    "signal": eh_frame(b"zRS"),
    "uleb": eh_frame(b"zR", b"\x11"),
    "long_length": b"\xff\xff\xff\xff" + struct.pack("<Q", 5) + b"\0\0\0\0\1",
    "header": b"\x01\x1b\x03\x3b" + struct.pack("<i", 0x100),
}

MOV_SYSCALL_RET = bytes.fromhex("b802000000 0f05 c3")
ADDRESS = 0x400000


def program(code, memory_extra=0, symbols=(), machine=62):
    """A program of one segment: headers, unwind tables, code, symbols."""
    code_at = 0x180
    frames = eh_frame(address=ADDRESS + 0x110, begin=ADDRESS + code_at, size=len(code))
    table = b"".join(struct.pack("<IBBHQQ", 0, 2, 0, 1, ADDRESS + code_at + at, size) for at, size in symbols)
    table_at = code_at + len(code)
    sections_at = table_at + len(table)
    header = b"\x7fELF\2\1\1" + b"\0" * 9 + struct.pack(
        "<HHIQQQIHHHHHH", 2, machine, 1, ADDRESS + code_at, 64, sections_at if table else 0, 0,
        64, 56, 2, 64, 1 if table else 0, 0)
    segments = b""
    for kind, flags, at, size, extra in (
            (1, 5, 0, sections_at, memory_extra), (0x6474e550, 4, 0x100, 8, 0)):
        segments += struct.pack("<IIQQQQQQ", kind, flags, at, ADDRESS + at, ADDRESS + at, size, size + extra, 4096)
    file = (header + segments).ljust(0x100, b"\0")
    file += b"\x01\x1b\x03\x3b" + struct.pack("<i", 0x110 - 0x104)
    file = (file.ljust(0x110, b"\0") + frames).ljust(code_at, b"\0") + code + table
    if table:
        file += struct.pack("<IIQQQQIIQQ", 0, 2, 0, 0, table_at, len(table), 0, 0, 8, 24)
    return file


PROGRAMS = {
    "slack": program(MOV_SYSCALL_RET).ljust(4096, b"\0"),
    "no_slack": program(MOV_SYSCALL_RET, memory_extra=1),
    "padding": program(MOV_SYSCALL_RET + b"\x90" * 120 + b"\xc3", symbols=((0, 8), (128, 1))),
    "no_number": program(bytes.fromhex("4889fe ba08000000 0f05 483d00f0ffff c3")).ljust(4096, b"\0"),
    "other_machine": program(MOV_SYSCALL_RET, machine=183),
}


def twin_table(sites=((4, 2, 1),), edits=((0, 5, 0),), content=b"\xe9\0\0\0\0\0\0\0", **spoiled):
    rows = [
        b"".join(struct.pack("<QiHH", at, number, state, 0) for at, number, state in sites),
        b"".join(struct.pack("<QII", *edit) for edit in edits),
        content,
    ]
    places, body = [], b""
    for section in rows:
        places += [216 + len(body), len(section)]
        body += section
    fields = {"magic": b"RELOCTW\n", "version": 1, "size": 216 + len(body), "file_size": 4096, "places": places}
    fields.update(spoiled)
    return struct.pack(
        "<8sIIIIQQ32s32s64s6Q", fields["magic"], fields["version"], 62, 1, 20, fields["size"],
        fields["file_size"], b"o" * 32, b"t" * 32, b"b" * 20, *fields["places"]) + body


TWIN_TABLES = {
    "plain": twin_table(),
    "empty": twin_table((), (), b""),
    "two": twin_table(((4, 2, 1), (90, -1, 17)), ((0, 5, 0), (80, 3, 5))),
    "overlap": twin_table(edits=((0, 5, 0), (4, 3, 5))),
    "no_bytes": twin_table(edits=((0, 5, 4),)),
    "outside": twin_table(places=[1 << 63, 16] * 3),
    "cut": twin_table()[:-3],
}


def twin_index(rows=((4096, 0, 4096, 0), (8192, 4096, 100, 5)), paths=b"/a/b\0/c\0", **spoiled):
    fields = {"magic": b"RELOCTI\n", "version": 2, "abi": 1, "count": len(rows), "size": len(paths)}
    fields.update(spoiled)
    header = struct.pack("<8sIIIIq", *fields.values(), 1)
    return header + b"".join(struct.pack("<QQQQII32s", size, begin, code, 7, path, 0, b"t" * 32)
                             for size, begin, code, path in rows) + paths


TWIN_INDEXES = {
    "plain": twin_index(),
    "empty": twin_index((), b""),
    "path_outside": twin_index(((4096, 0, 4096, 8),)),
    "path_does_not_end": twin_index(paths=b"/a/b\0/c"),
    "unsorted": twin_index(((9, 0, 9, 0), (3, 0, 3, 0), (9, 0, 9, 5))),
    "too_many": twin_index(count=1 << 31),
    "later_abi": twin_index(abi=1 << 20),
    "cut": twin_index()[:-3],
}


def cached_twin(magic=b"RELOCCT\n", version=1, abi=1, size=8192, at=-4096, room=4096):
    return struct.pack("<8sII9QQqQQ", magic, version, abi, *range(9), size, at, room, 0)


CACHED_TWINS = {
    "plain": cached_twin(),
    "nothing": cached_twin(size=0, at=0, room=0),
    "behind": cached_twin(at=8192),
    "overlap": cached_twin(at=4096),
    "no_page": cached_twin(size=100),
    "too_far": cached_twin(at=-(1 << 40)),
    "negative": cached_twin(size=(1 << 64) - 4096),
    "later": cached_twin(version=2),
    "cut": cached_twin()[:-9],
}


def write(folder, files):
    os.makedirs(os.path.join(TOP, folder), exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(TOP, folder, name), "wb") as f:
            f.write(content)


write("decode_x86_64", {name: bytes.fromhex(code) for name, code in INSTRUCTIONS.items()})
write("eh_frame", EH_FRAMES)
write("twin", PROGRAMS)
write("twin_table", TWIN_TABLES)
write("twin_index", TWIN_INDEXES)
write("cached_twin", CACHED_TWINS)
