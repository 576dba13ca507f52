#!/usr/bin/env python3
"""Counts tests where they are: in the results, case by case.

  count.py events STEP EVENTS.json >>RESULTS    one `bazel test` run, as records
  count.py sum RESULTS                          what happened, and the last line

A record is one line, STATUS<tab>STEP<tab>NAME<tab>REASON, where STATUS is
passed, failed or skipped. .ci/run appends records of its own for the checks
that Bazel does not run.

Why not Bazel's own summary: it counts targets, and a GTEST_SKIP()ed case is
PASSED to it. `events` reads the build events (--build_event_json_file) and the
test.xml each of them names; it must run before the next `bazel test`, which
writes its test.xml files to the same places.

`sum` prints "N passed, N failed, N skipped" alone on the last line and exits 0
only if nothing failed and something passed.
"""
import collections
import json
import sys
import urllib.parse
import xml.etree.ElementTree as ET

STATUSES = ("passed", "failed", "skipped")


def one_line(text):
    return " ".join((text or "").split())


def xml_cases(path):
    """Yields (status, name, reason) of each case of a test.xml that ran."""
    for case in ET.parse(path).iter("testcase"):
        suite, name = case.get("classname") or "", case.get("name") or ""
        name = "%s.%s" % (suite, name) if suite else name
        bad = [c for c in case if c.tag in ("failure", "error")]
        skipped = case.find("skipped")
        if bad:
            yield "failed", name, one_line(bad[0].get("message"))
        elif skipped is not None or case.get("result") == "skipped":
            reason = skipped.get("message") or skipped.text if skipped is not None else ""
            yield "skipped", name, one_line(reason)
        elif case.get("status") != "notrun":  # gtest: filtered out or DISABLED_
            yield "passed", name, ""


def result_cases(label, result):
    """The cases of one test action; one for the action itself if it has no XML
    or died outside of its cases (crash, time limit)."""
    ok = result["status"] in ("PASSED", "FLAKY")
    cases = []
    for output in result.get("testActionOutput", []):
        if output["name"] == "test.xml":
            try:
                cases = list(xml_cases(urllib.parse.unquote(output["uri"][len("file://"):])))
            except (ET.ParseError, OSError):
                pass
    if not ok and all(status != "failed" for status, _, _ in cases):
        cases.append(("failed", "", result["status"]))
    elif ok and not cases:
        cases.append(("passed", "", ""))
    return [(status, label + (" " + name if name else ""), reason) for status, name, reason in cases]


def read_events(lines):
    """Returns the records of one build: [(status, name, reason)]."""
    records, results, exit_code = [], {}, None
    for line in lines:
        event = json.loads(line)
        kind = event["id"]
        if "testResult" in kind and "testResult" in event:
            i = kind["testResult"]  # the last attempt of each shard counts
            results[i["label"], i.get("run", 1), i.get("shard", 1)] = event["testResult"]
        elif "testSummary" in kind and event.get("aborted"):
            results[kind["testSummary"]["label"], 1, 1] = {"status": "NOT RUN"}
        elif "targetCompleted" in kind and "aborted" not in event and not event["completed"].get("success"):
            records.append(("failed", kind["targetCompleted"]["label"], "did not build"))
        elif "buildFinished" in kind:
            exit_code = event["finished"]["exitCode"]
    for (label, _, _), result in sorted(results.items()):
        records += result_cases(label, result)
    if exit_code is None:
        records.append(("failed", "bazel", "ended without finishing the build"))
    elif exit_code.get("code", 0) != 0 and all(r[0] != "failed" for r in records):
        records.append(("failed", "bazel", exit_code.get("name", "")))
    return records


def events(step, path):
    try:
        with open(path, encoding="utf-8") as lines:
            records = read_events(lines)
    except (OSError, ValueError) as e:
        records = [("failed", "bazel", "no readable build events: %s" % e)]
    for status, name, reason in records:
        print("\t".join((status, step, name, reason)))


def total(path):
    counts = collections.Counter()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            status, step, name, reason = line.rstrip("\n").split("\t")
            counts[status if status in STATUSES else "failed"] += 1
            if status != "passed":
                print("%s: %s: %s%s" % (status, step, name, ": " + reason if reason else ""))
    print(", ".join("%d %s" % (counts[s], s) for s in STATUSES))
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "events":
        events(*sys.argv[2:])
    elif len(sys.argv) == 3 and sys.argv[1] == "sum":
        sys.exit(total(sys.argv[2]))
    else:
        sys.exit(__doc__)
