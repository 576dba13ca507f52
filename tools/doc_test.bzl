"""doc_test(name, doc): runs the console sessions that a document shows."""

def doc_test(name, doc, **kwargs):
    data = {
        "--program": "//:relocatable",
        "--enter": "//testdata/store:enter",
        "--build-store": "//testdata/store:build_store.py",
        "--ci": "//:.ci/run",
    }
    native.sh_test(
        name = name,
        srcs = ["//tools:doc_test.py"],
        args = ["%s $(rootpath %s)" % item for item in data.items()] + ["$(rootpath %s)" % doc],
        data = list(data.values()) + [
            doc,
            "//testdata/store:build_store",
            "//tools:console.py",
        ],
        tags = ["no_sanitizers"],
        **kwargs
    )
