#!/usr/bin/env python3
"""Holds documents and source tree together.

It reads the checkout itself and not what Bazel hands it: what is to be found is
what nobody has declared.
"""
import os
import re
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return f.read()


def documents():
    """All Markdown files, as paths from the top of the checkout."""
    found = []
    for folder, folders, files in os.walk(TOP):
        folders[:] = [f for f in folders if f != ".git" and not f.startswith("bazel-")]
        found += [os.path.relpath(os.path.join(folder, f), TOP) for f in files if f.endswith(".md")]
    return sorted(found)


def links(path):
    """The files that a document links to, as paths from the top."""
    text = re.sub(r"^```.*?^```$", "", read(path), flags=re.M | re.S)
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in t]
    return [os.path.normpath(os.path.join(os.path.dirname(path), t)) for t in targets if t]


class Documents(unittest.TestCase):
    def test_links_lead_somewhere(self):
        broken = [(d, t) for d in documents() for t in links(d) if not os.path.exists(os.path.join(TOP, t))]
        self.assertEqual(broken, [])

    def test_every_page_is_linked_from_a_map(self):
        reached, todo = set(), ["README.md", "docs/README.md"]
        while todo:
            page = todo.pop()
            if page not in reached and page.endswith(".md") and os.path.exists(os.path.join(TOP, page)):
                reached.add(page)
                todo += links(page)
        self.assertEqual([d for d in documents() if d.startswith("docs/") and d not in reached], [])

    def test_each_command_is_on_the_map(self):
        for command in re.findall(r"^ +k(\w+)Command,", read("cli/commands.cc"), re.M):
            self.assertIn("`relocatable %s`" % command.lower(), read("docs/README.md"))

    def test_each_engine_has_a_page_and_a_row(self):
        engines = re.findall(r"^ +&(\w+)Engine\(\),", read("engines/all.cc"), re.M)
        self.assertTrue(engines)
        design, pages = read("docs/design.md"), read("docs/README.md")
        for engine in map(str.lower, engines):
            self.assertIn("(engines/%s.md)" % engine, pages)
            self.assertRegex(design, r"(?m)^\| %s \|" % engine)


if __name__ == "__main__":
    unittest.main()
