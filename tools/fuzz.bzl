"""fuzz_target(): a parser fed with any bytes.

    fuzz_target(name = "shebang_fuzz", srcs = ["shebang_fuzz.cc"],
                corpus = glob(["testdata/shebang/*"]), deps = [":shebang"])

makes shebang_fuzz, a libFuzzer program (`./bazelw build --config=fuzz
//elf:shebang_fuzz`, then run it on a scratch folder and the corpus: libFuzzer
writes into the first folder it is given), and shebang_fuzz_replay_test, which
feeds the corpus under every compiler. The source defines
LLVMFuzzerTestOneInput().
"""

def fuzz_target(name, srcs, corpus, deps):
    native.cc_library(
        name = name + "_lib",
        testonly = True,
        srcs = srcs,
        alwayslink = True,
        deps = deps,
    )
    native.cc_binary(
        name = name,
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
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
