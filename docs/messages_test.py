#!/usr/bin/env python3
"""Tests messages.py: what it takes for a message, and for a part of one."""
import unittest

import messages

CASES = [
    ("literal", 'return absl::NotFoundError("no such thing");', {"no such thing"}),
    ("adjacent literals", 'Fail(1, "a " /* b */\n  // c\n  "d");', {"a d"}),
    ("variable parts", '''absl::NotFoundError(absl::StrCat("no engine '", word, "'"))''', {"no engine '…'"}),
    ("the errno's words", '''ErrnoError(errno, absl::StrCat("cannot open '", p, "'"))''', {"cannot open '…': …"}),
    ("neighbouring variables are one", 'Fail(1, absl::StrCat("a", b, c(d, "x"), "e"));', {"a…e"}),
    ("plus", """PrintError("run", "what is '" + word + "' for?")""", {"what is '…' for?"}),
    ("format", 'absl::DataLossError(absl::StrFormat("at %#x of %d", a, b))', {"at … of …"}),
    ("branches", 'Fail(1, absl::StrCat("no ", x ? "option" : "command", "!"));', {"no option!", "no command!"}),
    ("escapes", r'Fail(1, "a \"b\" \\:\n");', {'a "b" \\:\\n'}),
    ("a quote in a character", """Fail('"', "a");""", {"a"}),
    ("nested calls", 'return Fail(1, "a"), UsageError(c, "b");', {"a", "b"}),
    ("nothing but variables", "Fail(kExitRunFailure, status.message());", set()),
    ("a question is no message", 'if (absl::IsNotFound(s)) Print("x");', set()),
    ("a comment", '// Fail(1, "a");\n/* Fail(1, "b"); */', set()),
    ("a step", 'return Refused("get memory", ENOMEM);', {"cannot get memory: …"}),
    ("an outcome", 'return {Outcome::kRefused, "map it", e};', {"cannot map it: …"}),
    ("a declaration", "int Fail(int status, absl::string_view message);", set()),
]


class Messages(unittest.TestCase):
    def test_of_a_source(self):
        for name, source, expected in CASES:
            with self.subTest(name):
                self.assertEqual(messages.messages(source), expected)

    def test_returned_words_count_only_where_asked(self):
        source = 'const char* Check() { return "is damaged"; }'
        self.assertEqual(messages.messages(source, returned=True), {"is damaged"})
        self.assertEqual(messages.messages(source), set())

    def test_steps(self):
        self.assertEqual(messages.steps('constexpr char kMapUser[] =\n    "map";'), {"cannot map: …"})


if __name__ == "__main__":
    unittest.main()
