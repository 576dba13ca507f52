"""conformance_test(engine): the conformance suite as one target for an engine.

With `machine`, a name, and `denied`, rules of //testdata/deny: on a machine that
refuses these system calls. `without` are the cases that make no sense there.
"""

def conformance_test(engine, relocatable = None, machine = None, denied = None, without = []):
    binaries = ["//testdata/programs"] + ([relocatable] if relocatable else [])
    args = ["--engine=" + engine] + ["$(location %s)" % binary for binary in binaries]
    if denied:
        binaries.append("//testdata/deny")
        args += ["$(location //testdata/deny)", "'%s'" % ",".join(denied)]
    if without:
        args.append("--gtest_filter=-" + ":".join(["*/%s_*" % case for case in without]))
    native.cc_test(
        name = "conformance_%s_test" % (engine + ("_" + machine if machine else "")),
        size = "large",
        srcs = ["conformance_test.cc"],
        args = args,
        data = binaries,
        deps = [
            ":cases",
            ":compare",
            ":engines",
            ":world",
            "//base:must_run",
            "//base:subprocess",
            "@debian//:absl",
            "@debian//:gtest",
        ],
    )
