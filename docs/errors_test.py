#!/usr/bin/env python3
"""Holds errors.md to the sources: each message of the code is there with its
cause and remedy, and nothing else is. What messages.py takes for a message is
told there."""
import os
import re
import unittest

import messages

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
PAGE = os.path.join(TOP, "docs/errors.md")
ITEM = re.compile(r"^- (`+)(.+?)\1\n((?:  \S.*\n)*)", re.M)


def item(message):
    ticks = "``" if "`" in message else "`"
    return "- %s%s%s" % (ticks, message, ticks)


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(PAGE, encoding="utf-8") as f:
            cls.items = [(match[1], match[2]) for match in ITEM.findall(f.read())]
        cls.code = messages.all_messages(TOP)

    def test_every_message_of_the_code_is_on_the_page(self):
        listed = {message for message, _ in self.items}
        missing = {m: files for m, files in self.code.items() if m not in listed}
        lines = ["%s\n  CAUSE. WHAT TO DO.   (said in %s)" % (item(m), ", ".join(f)) for m, f in sorted(missing.items())]
        self.assertFalse(missing, "\n\nadd to docs/errors.md, under the heading they belong to:\n" + "\n".join(lines))

    def test_every_message_on_the_page_is_in_the_code(self):
        gone = [item(message) for message, _ in self.items if message not in self.code]
        self.assertFalse(gone, "\n\ntake out of docs/errors.md, or change as the code has changed:\n" + "\n".join(gone))

    def test_each_is_told_once_with_cause_and_remedy(self):
        told = [message for message, _ in self.items]
        self.assertEqual([m for m in told if told.count(m) > 1], [])
        self.assertEqual([message for message, text in self.items if not text.strip()], [])


if __name__ == "__main__":
    unittest.main()
