#!/usr/bin/env python3
"""Tests count.py on build events and test.xml files as Bazel writes them."""
import contextlib
import io
import json
import os
import tempfile
import unittest

import count

FINISHED = {"id": {"buildFinished": {}}, "finished": {"exitCode": {"name": "SUCCESS"}}}


def finished(name, code):
    return {"id": {"buildFinished": {}}, "finished": {"exitCode": {"name": name, "code": code}}}


def gtest_xml(*cases):
    rows = []
    for name, inner in cases:
        status = "notrun" if inner == "DISABLED" else "run"
        inner = "" if inner == "DISABLED" else inner
        rows.append('<testcase name="%s" status="%s" classname="Suite">%s</testcase>' % (name, status, inner))
    return "<testsuites><testsuite>%s</testsuite></testsuites>" % "".join(rows)


class CountTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory(prefix="count test ")  # a space: file:// URIs quote it
        self.addCleanup(self.dir.cleanup)

    def path(self, name):
        return os.path.join(self.dir.name, name)

    def result(self, label, status, xml=None, attempt=1, shard=1):
        output = []
        if xml is not None:
            path = self.path("%s.%d.%d.xml" % (label.strip("/:").replace("/", "_").replace(":", "_"), attempt, shard))
            with open(path, "w", encoding="utf-8") as f:
                f.write(xml)
            output = [{"name": "test.xml", "uri": "file://" + path.replace(" ", "%20")}]
        return {
            "id": {"testResult": {"label": label, "run": 1, "shard": shard, "attempt": attempt}},
            "testResult": {"status": status, "testActionOutput": output},
        }

    def records(self, *events):
        with open(self.path("events"), "w", encoding="utf-8") as f:
            f.writelines(json.dumps(e) + "\n" for e in events)
        return self.run_events(self.path("events"))

    def run_events(self, path):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            count.events("gcc", path)
        return [line.split("\t") for line in out.getvalue().splitlines()]

    def total(self, *records):
        with open(self.path("results"), "w", encoding="utf-8") as f:
            f.writelines("\t".join(r) + "\n" for r in records)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = count.total(self.path("results"))
        return status, out.getvalue()

    def test_cases_of_gtest(self):
        xml = gtest_xml(
            ("Good", ""),
            ("Bad", '<failure message="value is 1&#x0A;expected 2"/>'),
            ("Left", '<skipped message="x_test.cc:3&#x0A;no user namespaces"/>'),
            ("DISABLED_Off", "DISABLED"),
        )
        self.assertEqual(
            self.records(self.result("//a:x_test", "FAILED", xml), finished("TESTS_FAILED", 3)),
            [
                ["passed", "gcc", "//a:x_test Suite.Good", ""],
                ["failed", "gcc", "//a:x_test Suite.Bad", "value is 1 expected 2"],
                ["skipped", "gcc", "//a:x_test Suite.Left", "x_test.cc:3 no user namespaces"],
            ],
        )

    def test_skip_in_a_passed_target_is_no_pass(self):
        xml = gtest_xml(("Left", '<skipped message="why"/>'))
        self.assertEqual(
            self.records(self.result("//a:x_test", "PASSED", xml), FINISHED),
            [["skipped", "gcc", "//a:x_test Suite.Left", "why"]],
        )

    def test_crash_and_time_limit_blame_the_target(self):
        # gtest writes its XML at the end, Bazel one case without failure.
        xml = '<testsuites><testsuite><testcase name="a/x_test" status="run"></testcase></testsuite></testsuites>'
        records = self.records(
            self.result("//a:crash_test", "FAILED"),
            self.result("//a:slow_test", "TIMEOUT", xml),
            finished("TESTS_FAILED", 3),
        )
        self.assertIn(["failed", "gcc", "//a:crash_test", "FAILED"], records)
        self.assertIn(["failed", "gcc", "//a:slow_test", "TIMEOUT"], records)

    def test_broken_xml_of_a_passed_target_is_one_pass(self):
        self.assertEqual(
            self.records(self.result("//a:x_test", "PASSED", "<testsuites"), FINISHED),
            [["passed", "gcc", "//a:x_test", ""]],
        )

    def test_every_shard_and_only_the_last_attempt(self):
        good, bad = gtest_xml(("A", "")), gtest_xml(("A", '<failure message="no"/>'))
        self.assertEqual(
            self.records(
                self.result("//a:x_test", "FAILED", bad, attempt=1, shard=1),
                self.result("//a:x_test", "PASSED", good, attempt=2, shard=1),
                self.result("//a:x_test", "PASSED", gtest_xml(("B", "")), shard=2),
                FINISHED,
            ),
            [["passed", "gcc", "//a:x_test Suite.A", ""], ["passed", "gcc", "//a:x_test Suite.B", ""]],
        )

    def test_what_does_not_build_fails(self):
        records = self.records(
            {"id": {"targetCompleted": {"label": "//a:lib"}}, "completed": {}},
            {"id": {"targetCompleted": {"label": "//a:good"}}, "completed": {"success": True}},
            {"id": {"testSummary": {"label": "//a:x_test"}}, "aborted": {"reason": "INCOMPLETE"}},
            finished("BUILD_FAILURE", 1),
        )
        self.assertEqual(
            records,
            [["failed", "gcc", "//a:lib", "did not build"], ["failed", "gcc", "//a:x_test", "NOT RUN"]],
        )

    def test_bazel_that_gives_up_is_a_failure(self):
        self.assertEqual(
            self.records(finished("PARSING_FAILURE", 1)),
            [["failed", "gcc", "bazel", "PARSING_FAILURE"]],
        )
        self.assertEqual(
            self.records(self.result("//a:x_test", "PASSED", gtest_xml(("A", "")))),  # killed half-way
            [
                ["passed", "gcc", "//a:x_test Suite.A", ""],
                ["failed", "gcc", "bazel", "ended without finishing the build"],
            ],
        )
        self.assertEqual(self.run_events(self.path("no such file"))[0][:3], ["failed", "gcc", "bazel"])

    def test_sum(self):
        ok = ("passed", "gcc", "//a:x_test Suite.A", "")
        bad = ("failed", "shape", "size", "7 MB, at most 6")
        skip = ("skipped", "gcc", "//a:x_test Suite.B", "no cgroups")
        self.assertEqual(self.total(ok, ok), (0, "2 passed, 0 failed, 0 skipped\n"))
        self.assertEqual(
            self.total(ok, skip), (0, "skipped: gcc: //a:x_test Suite.B: no cgroups\n1 passed, 0 failed, 1 skipped\n")
        )
        self.assertEqual(
            self.total(ok, bad), (1, "failed: shape: size: 7 MB, at most 6\n1 passed, 1 failed, 0 skipped\n")
        )
        self.assertEqual(self.total(skip)[0], 1)  # nothing passed: nothing was shown
        self.assertEqual(self.total(), (1, "0 passed, 0 failed, 0 skipped\n"))


if __name__ == "__main__":
    unittest.main()
