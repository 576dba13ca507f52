"""fuzz_target(): a parser fed with any bytes.

    fuzz_target(name = "shebang_fuzz", deps = [":shebang"])

makes of shebang_fuzz.cc, which defines LLVMFuzzerTestOneInput(), and the inputs
in testdata/shebang/:

    shebang_fuzz              the libFuzzer program, which tools/fuzz.sh runs
    shebang_fuzz_replay_test  feeds the inputs, under every compiler

An input that breaks something is added to the folder under the name of what it
broke.
"""

def fuzz_target(name, deps):
    corpus = native.glob(["testdata/%s/*" % name[:-len("_fuzz")]])
    native.cc_library(
        name = name + "_lib",
        testonly = True,
        srcs = [name + ".cc"],
        alwayslink = True,
        deps = deps,
    )
    native.cc_binary(
        name = name,
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = [
            "fuzz",
            "manual",
        ],
        deps = [name + "_lib"],
    )
    native.cc_test(
        name = name + "_replay_test",
        size = "small",
        srcs = ["//tools:fuzz_replay.cc"],
        args = ["$(rootpath %s)" % file for file in corpus],
        data = corpus,
        deps = [name + "_lib"],
    )
