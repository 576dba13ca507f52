"""Local stand-ins for the rule repositories that Bazel 4.2.3 would download.

Bazel's own @bazel_tools packages load @rules_cc (for every cc_* target) and
@rules_java (when //tools/jdk is loaded); in Bazel 4 those rules are native, so
files that re-export the native symbols are enough. Debian's bazel-rules-cc
cannot be used: it needs `use_cpp_toolchain`, which Bazel 4.2.3 lacks.
"""

def _reexport(rules):
    return "".join(["%s = native.%s\n" % (rule, rule) for rule in rules])

_CC_RULES = [
    "cc_binary",
    "cc_import",
    "cc_library",
    "cc_proto_library",
    "cc_test",
    "cc_toolchain",
    "cc_toolchain_suite",
    "fdo_prefetch_hints",
    "fdo_profile",
    "objc_import",
    "objc_library",
]

_JAVA_RULES = [
    "java_binary",
    "java_import",
    "java_library",
    "java_lite_proto_library",
    "java_package_configuration",
    "java_plugin",
    "java_proto_library",
    "java_runtime",
    "java_test",
    "java_toolchain",
]

# Every cc_test names the report generator of `bazel coverage`; only `bazel
# coverage` runs it.
_COVERAGE = "".join([
    "filegroup(name = \"%s\", visibility = [\"//visibility:public\"])\n" % name
    for name in ["coverage_report_generator", "lcov_merger"]
])

def _files_impl(ctx):
    ctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % ctx.name)
    for path, content in ctx.attr.files.items():
        ctx.file(path, content)

_files_repository = repository_rule(
    implementation = _files_impl,
    attrs = {"files": attr.string_dict(mandatory = True)},
)

def offline_rule_repositories():
    """Declares the stand-ins; call it once, from WORKSPACE."""
    _files_repository(name = "rules_cc", files = {"cc/BUILD": "", "cc/defs.bzl": _reexport(_CC_RULES)})
    _files_repository(name = "rules_java", files = {"java/BUILD": "", "java/defs.bzl": _reexport(_JAVA_RULES)})
    _files_repository(name = "remote_coverage_tools", files = {"BUILD": _COVERAGE})
