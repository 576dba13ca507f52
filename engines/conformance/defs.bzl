"""conformance_test(engine): the conformance suite as one target for an engine."""

def conformance_test(engine, relocatable = None):
    binaries = ["//testdata/programs"] + ([relocatable] if relocatable else [])
    native.cc_test(
        name = "conformance_%s_test" % engine,
        size = "large",
        srcs = ["conformance_test.cc"],
        args = ["--engine=" + engine] + ["$(location %s)" % binary for binary in binaries],
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
