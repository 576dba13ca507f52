"""The messages that the C++ sources can print, as docs/errors.md lists them.

A message is what is handed to one of SINKS, its variable parts as "…":

    absl::NotFoundError(absl::StrCat("no engine '", word, "'"))  ->  no engine '…'
    ErrnoError(errno, absl::StrCat("cannot open '", path, "'"))  ->  cannot open '…': …

Not a C++ parser: it knows literals, calls, `+` and `?:`, and takes the rest for
variable. That is enough, as a message is built where it is handed over.
"""
import glob
import itertools
import os
import re

# Function -> which argument is the message, counted from the end, and whether
# the errno's own words follow it.
SINKS = {
    "ErrnoError": (-1, True),
    "PrintError": (-1, False),
    "Fail": (-1, False),
    "UsageError": (-1, False),
}
STATUS = re.compile(r"absl::(?!Is)[A-Z]\w+Error$")

# Freestanding code has no statuses: it returns the words.
RETURNED = [
    "pack/launch_table.cc",
    "pack/read_pack.cc",
    "engines/intercept/twin_table.cc",
    "engines/view/payload_index.cc",
    "cli/launch/*.cc",
]

# Steps of engines go behind "cannot", the errno's words behind them. They are
# constants of these files, or literals handed to Refused() or Outcome::kRefused.
STEPS = ["engines/*/report.h", "engines/*/self_test.cc"]
REFUSALS = ["Refused(", "Outcome::kRefused,"]

ROOMS = ["audit", "base", "cli", "elf", "engines", "pack"]

TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/|^\#[^\n]*(?:\\\n[^\n]*)*)"""
    r"""|R"\((?P<raw>.*?)\)"|"(?P<string>(?:[^"\\]|\\.)*)"|(?P<char>'(?:[^'\\]|\\.)+')"""
    r"""|(?P<word>[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)|(?P<other>.)""",
    re.S | re.M,
)
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "'": "'"}
OPEN, CLOSE = "([{", ")]}"
VARIABLE = "…"


class Literal(str):
    """A string literal; other tokens are plain str."""


def tokens(text):
    found = []
    for match in TOKEN.finditer(text):
        if match.group("skip"):
            continue
        literal = match.group("raw")
        if match.group("string") is not None:
            literal = re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), "?"), match.group("string"))
        if literal is None:
            found.append(match.group())
        elif found and isinstance(found[-1], Literal):
            found[-1] = Literal(found[-1] + literal)
        else:
            found.append(Literal(literal))
    return found


def is_token(token, words):
    return not isinstance(token, Literal) and token in words


def split(part, separator):
    """Splits tokens at each separator that is in no bracket."""
    pieces, depth = [[]], 0
    for token in part:
        depth += is_token(token, OPEN) - is_token(token, CLOSE)
        if depth == 0 and is_token(token, (separator,)):
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def arguments(part, start):
    """The arguments of the call whose "(" is part[start]."""
    depth = 0
    for end in range(start, len(part)):
        depth += is_token(part[end], OPEN) - is_token(part[end], CLOSE)
        if depth == 0:
            return split(part[start + 1 : end], ",")
    return []


def join(alternatives):
    texts = ("".join(parts) for parts in itertools.product(*alternatives))
    return [re.sub("%s+" % VARIABLE, VARIABLE, text) for text in texts]


def render(part):
    """The texts that an expression can be: one, or one for each branch."""
    branches = split(part, "?")
    if len(branches) == 2 and len(split(branches[1], ":")) == 2:
        return [text for branch in split(branches[1], ":") for text in render(branch)]
    terms = split(part, "+")
    if len(terms) > 1:
        return join([render(term) for term in terms])
    if len(part) == 1 and isinstance(part[0], Literal):
        return [str(part[0])]
    if len(part) > 2 and is_token(part[1], ("(",)) and is_token(part[-1], (")",)):
        call, inner = part[0].split("::")[-1], arguments(part, 1)
        if call in ("StrCat", "string", "string_view"):
            return join([render(argument) for argument in inner])
        if call == "StrFormat":
            return [re.sub(r"%[-#0-9.l]*[a-zA-Z]", VARIABLE, text) for text in render(inner[0])]
    return [VARIABLE]


def messages(text, returned=False):
    """All messages of one source file."""
    part, found = tokens(text), set()
    for i in range(len(part) - 1):
        token = part[i]
        if isinstance(token, Literal):
            continue
        if returned and token == "return" and isinstance(part[i + 1], Literal):
            found.add(str(part[i + 1]))
        if isinstance(part[i + 1], Literal) and "".join(part[max(0, i - 1) : i + 1]).endswith(tuple(REFUSALS)):
            found.add(step(part[i + 1]))
        if part[i + 1] != "(":
            continue
        which, errno = SINKS.get(token, (-1, False) if STATUS.match(token) else (None, False))
        if which is not None:
            for message in render(arguments(part, i + 1)[which]):
                found.add(message + (": " + VARIABLE if errno else ""))
    return {one_line(m) for m in found if re.search(r"\w", m)}


def steps(text):
    """The messages of an engine whose steps these are."""
    part = tokens(text)
    literals = [part[i + 1] for i in range(len(part) - 1) if part[i] == "=" and isinstance(part[i + 1], Literal)]
    return {step(literal) for literal in literals if literal}


def step(words):
    return "cannot %s: %s" % (words, VARIABLE)


def one_line(message):
    return message.replace("\n", "\\n")


def all_messages(top):
    """{message: [files]} of everything that is no test."""

    def files(patterns):
        return {os.path.normpath(f) for pattern in patterns for f in glob.glob(os.path.join(top, pattern))}

    returned, named = files(RETURNED), files(STEPS)
    found = {}
    for room in ROOMS:
        for path in sorted(glob.glob(os.path.join(top, room, "**", "*"), recursive=True)):
            is_named = os.path.normpath(path) in named
            if not is_named and (not re.search(r"(?<!_test)\.(cc|h)$", path) or re.search("/(testing|conformance|fake_)", path)):
                continue
            with open(path, encoding="utf-8") as f:
                text = f.read()
            here = messages(text, os.path.normpath(path) in returned)
            if is_named:
                here |= steps(text)
            for message in here:
                found.setdefault(message, []).append(os.path.relpath(path, top))
    return found
