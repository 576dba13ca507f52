#!/usr/bin/env python3
"""Tests console.py."""
import unittest

import console


class Sessions(unittest.TestCase):
    def parse(self, text):
        run, in_ci = console.sessions(text)
        show = lambda c: (c.line, c.prompt, c.text, c.output)
        return [show(c) for c in run], [show(c) for c in in_ci]

    def test_commands_and_output(self):
        text = "# T\n```console\n$ a b\nx\n\ny\nguix$ c\n```\ntext\n```console ci\n$ ./bazelw test //...\n```\n"
        self.assertEqual(
            self.parse(text),
            (
                [(3, "$", "a b", ["x", "", "y"]), (7, "guix$", "c", [])],
                [(11, "$", "./bazelw test //...", [])],
            ),
        )

    def test_continued_commands(self):
        text = "```console\n$ a \\\n    b\nx\n$ cat <<E\n> $ not a prompt\n> E\n$ not a prompt\n```"
        self.assertEqual(
            self.parse(text)[0],
            [
                (2, "$", "a \\\n    b", ["x"]),
                (5, "$", "cat <<E\n$ not a prompt\nE", []),
                (8, "$", "not a prompt", []),
            ],
        )

    def test_what_nothing_would_run_is_an_error(self):
        for text, message in [
            ("```\n$ a\n```", "line 1: commands in a block that is not ```console: nothing runs them"),
            ("```sh\nguix$ a\n```", "line 1: commands in a block that is not ```console: nothing runs them"),
            ("```console\nx\n$ a\n```", "line 2: output before the first command"),
            ("text\n```console\n$ a\n", "line 2: this block does not end"),
        ]:
            with self.assertRaises(ValueError) as raised:
                console.sessions(text)
            self.assertEqual(str(raised.exception), message)

    def test_other_blocks_are_left_alone(self):
        self.assertEqual(self.parse("```\na $b\n```\n```json\n{}\n```\n"), ([], []))


class Matches(unittest.TestCase):
    def test_matches(self):
        for expected, got, ok in [
            ([], [], True),
            ([], ["a"], False),
            (["a"], [], False),
            (["a", "b"], ["a", "b"], True),
            (["a.c"], ["abc"], False),
            (["a...c"], ["abbc"], True),
            (["a...c"], ["ab", "c"], False),
            (["..."], [], True),
            (["a", "...", "d"], ["a", "b", "c", "d"], True),
            (["a", "...", "d"], ["a", "b", "c"], False),
            (["a"], ["a  "], True),
        ]:
            self.assertEqual(console.matches(expected, got), ok, (expected, got))


if __name__ == "__main__":
    unittest.main()
