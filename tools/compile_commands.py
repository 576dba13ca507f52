#!/usr/bin/env python3
"""Writes compile_commands.json, which clangd reads, at the top of the checkout.

Bazel is asked how it would compile each file of //...; nothing is built. Run it
again after files were added. Generated headers appear after a build.
"""
import json
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def compilations():
    """The argument lists of all compilations, ours and gcc's own flags alike."""
    query = ["./bazelw", "aquery", 'mnemonic("CppCompile", //...)', "--output=jsonproto", "--include_artifacts=false"]
    out = subprocess.run(query, cwd=TOP, check=True, stdout=subprocess.PIPE).stdout
    return [action["arguments"] for action in json.loads(out).get("actions", [])]


def for_clangd(arguments):
    """Without what only a build needs: its dependency file, and what makes its
    output the same everywhere."""
    kept, skip = [], False
    for argument in arguments:
        if skip or argument == "-MF":
            skip = not skip
        elif argument != "-MD" and not argument.startswith(("-frandom-seed=", "-fno-canonical-", "-no-canonical-")):
            kept.append(argument)
    return kept


def entries(argument_lists):
    """One entry for each file: the same file may be compiled with and without
    -fPIC. Paths are taken from the checkout: what is open in the editor, not
    Bazel's links to it."""
    found = {}
    for arguments in argument_lists:
        source = arguments[arguments.index("-c") + 1]
        found.setdefault(source, {"directory": TOP, "file": source, "arguments": for_clangd(arguments)})
    return [found[source] for source in sorted(found)]


def main():
    written = entries(compilations())
    with open(os.path.join(TOP, "compile_commands.json"), "w", encoding="utf-8") as f:
        json.dump(written, f, indent=1)
    print("compile_commands.json: %d files" % len(written))
    return 0 if written else 1


if __name__ == "__main__":
    sys.exit(main())
