"""Rules for the freestanding half: code that runs before, or without, libc.

    bare_library(name, srcs, hdrs, deps)    like cc_library, without a runtime
    bare_object(name, deps, keep)           its archives as one closed .o file
    bare_module(name, deps, export, init)   a shared object that needs nothing

A bare library may call nothing of libc and needs no TLS, no stack protector and
no constructors. The same archive is linked into its hosted unit tests.
"""

# Why each flag:
#   -ffreestanding, -fno-builtin        the compiler may not assume a libc
#   -mgeneral-regs-only                 inside a program's system call its vector
#                                       registers are not ours to use
#   -fno-stack-protector                the canary is in TLS, which does not exist
#   -fcf-protection=none                no indirect-branch targets to mark
#   -fno-asynchronous-unwind-tables     nobody unwinds through this code
#   -fno-sanitize=all, -fno-lto         both need the runtime that is missing
BARE_COPTS = [
    "-O2",
    "-g0",
    "-ffreestanding",
    "-fno-builtin",
    "-fno-exceptions",
    "-fno-rtti",
    "-fno-stack-protector",
    "-U_FORTIFY_SOURCE",
    "-fno-asynchronous-unwind-tables",
    "-fno-threadsafe-statics",
    "-fno-stack-clash-protection",
    "-fcf-protection=none",
    "-mgeneral-regs-only",
    "-fno-sanitize=all",
    "-fno-lto",
]

def bare_library(name, copts = [], **kwargs):
    native.cc_library(
        name = name,
        copts = BARE_COPTS + copts,
        linkstatic = True,
        **kwargs
    )

def _bare_object_impl(ctx):
    archives = []
    for dep in ctx.attr.deps:
        for linker_input in dep[CcInfo].linking_context.linker_inputs.to_list():
            for library in linker_input.libraries:
                archives.append(library.static_library or library.pic_static_library)
    joined = ctx.actions.declare_file(ctx.label.name + ".joined.o")
    output = ctx.outputs.out
    ctx.actions.run_shell(
        inputs = archives,
        outputs = [joined, output],
        # --force-group-allocation: inline functions leave their comdat groups,
        # so that the final link cannot swap in a version compiled for libc.
        command = """
set -eu
ld -r --force-group-allocation --whole-archive -o {joined} {archives}
undefined=$(nm -u {joined} | awk '{{print $2}}' | grep -v '^__ehdr_start$\\|^_start$\\|^reloc_low_' || true)
if [ -n "$undefined" ]; then echo "{label}: freestanding code calls: $undefined" >&2; exit 1; fi
# gcc makes inline variables GNU_UNIQUE, which objcopy cannot make local.
unique=$(nm {joined} | awk '$2 == "u" {{print $3}}')
if [ -n "$unique" ]; then echo "{label}: drop 'inline' from: $unique" >&2; exit 1; fi
if readelf -SW {joined} | grep -q '[.]init_array'; then
  echo "{label}: freestanding code has static constructors" >&2; exit 1
fi
objcopy {keep} --prefix-alloc-sections={prefix} {joined} {output}
""".format(
            joined = joined.path,
            output = output.path,
            label = ctx.label,
            archives = " ".join(['"%s"' % a.path for a in archives]),
            keep = " ".join(["--keep-global-symbol=" + symbol for symbol in ctx.attr.keep]),
            prefix = ctx.attr.section_prefix,
        ),
        mnemonic = "BareObject",
    )
    return [DefaultInfo(files = depset([output]))]

# Joins bare libraries into one object in which everything is resolved and every
# symbol but `keep` is local: nothing of it can be bound to libc's functions of
# the same name (memcpy is an IFUNC there, unusable before libc's start-up).
bare_object = rule(
    implementation = _bare_object_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "keep": attr.string_list(),
        # Put before every section's name, for a linker script to find them.
        "section_prefix": attr.string(),
        "out": attr.output(mandatory = True),
    },
)

def _bare_module_impl(ctx):
    archives = []
    for dep in ctx.attr.deps:
        for linker_input in dep[CcInfo].linking_context.linker_inputs.to_list():
            for library in linker_input.libraries:
                archives.append(library.pic_static_library or library.static_library)
    version = ctx.actions.declare_file(ctx.label.name + ".map")
    ctx.actions.write(version, "{ global: %s; local: *; };\n" % ctx.attr.export)
    ctx.actions.run_shell(
        inputs = archives + [version],
        outputs = [ctx.outputs.out],
        command = """
set -eu
ld -shared -o {output} --version-script={version} -init={init} -u {init} \\
  -u {export} -Bsymbolic --no-undefined --gc-sections --build-id=none -s \\
  --hash-style=gnu -z max-page-size=4096 -z noseparate-code -z now -z relro \\
  -z noexecstack --fatal-warnings --start-group {archives} --end-group
if readelf -dW {output} | grep -q 'NEEDED\\|INIT_ARRAY\\|TEXTREL'; then
  echo "{label}: the module needs a library, or has constructors" >&2; exit 1
fi
""".format(
            output = ctx.outputs.out.path,
            version = version.path,
            init = ctx.attr.init,
            export = ctx.attr.export,
            label = ctx.label,
            archives = " ".join(['"%s"' % a.path for a in archives]),
        ),
        mnemonic = "BareModule",
    )
    return [DefaultInfo(files = depset([ctx.outputs.out]))]

# Links bare libraries into a shared object without libc, with the one symbol
# `export`; ld.so calls `init` first.
bare_module = rule(
    implementation = _bare_module_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "export": attr.string(mandatory = True),
        "init": attr.string(mandatory = True),
        "out": attr.output(mandatory = True),
    },
)
