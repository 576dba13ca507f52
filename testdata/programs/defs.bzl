"""Rules for the programs that engines are tested with.

    program(name, src, kind)    one program, linked for the store below
    programs_tree(name)         programs.tar: the store with all of them in it

The programs are built as a distribution with a store would: they find their
interpreter and libraries under a fixed prefix that this machine does not have.
They are built by plain commands, not by cc_binary: a sanitizer or another
compiler must not change what an engine is tested with.
"""

# Nix's base 32 has no e, o, t, u.
STORE = "/gnu/store"
GLIBC = STORE + "/3ml6nb0mjlyk82y0vr1mqb5sl4vk1jsa-glibc-2.36"
ITEM = STORE + "/9a2k2mk5r3bf2l9xnx3hbp1qwz5y0vdc-programs-1"
PROFILE = STORE + "/cz6q5pmjwcvpvm9kbw2ik2v7l2pvsbhx-profile"

_FLAGS = "-O1 -g0 -Wall -Wextra -Werror -pthread"
_STORE_LINK = " ".join([
    "-Wl,--dynamic-linker=%s/lib/ld-linux-x86-64.so.2" % GLIBC,
    "-Wl,--enable-new-dtags,-rpath,%s/lib:%s/lib" % (ITEM, GLIBC),
    # libgcc_s: a thread's cancellation would load it from a default directory.
    "-Wl,--no-as-needed -lgcc_s -lm",
])

_COMMANDS = {
    "dynamic": "gcc-12 -std=gnu11 {flags} -fPIE -pie $< -o $@ {store}",
    "no_pie": "gcc-12 -std=gnu11 {flags} -fno-pie -no-pie $< -o $@ {store}",
    "static": "gcc-12 -std=gnu11 {flags} -static $< -o $@",
    "static_pie": "gcc-12 -std=gnu11 {flags} -fPIE -static-pie $< -o $@",
    # musl's own specs put static programs together.
    "musl": "musl-gcc -std=gnu11 {flags} -static $< -o $@",
    "raw": "gcc-12 -std=gnu11 {flags} -fno-stack-protector -fno-pie -static -nostdlib $< -o $@",
    "c++": "g++-12 -std=c++17 {flags} -fPIE -pie $< -o $@ {store}",
    "library": "gcc-12 -std=gnu11 {flags} -fPIC -shared $< -o $@ -Wl,-soname,{name}",
    "library_that_needs": "gcc-12 -std=gnu11 {flags} -fPIC -shared -Wl,--enable-new-dtags,-rpath,'$$ORIGIN/needed' $^ -o $@ -Wl,-soname,{name}",
    "needs_library": "gcc-12 -std=gnu11 {flags} -fPIE -pie $^ -o $@ {store}",
    "no_loader": "gcc-12 -std=gnu11 {flags} -fPIE -pie $< -o $@ -Wl,--dynamic-linker=/gnu/store/missing/ld.so",
    # Without `go build`: it would compile the standard library first.
    "go": "HOME=/nonexistent; d=$$(mktemp -d); export HOME; go tool compile -p main -o $$d/main.o $< && go tool link -s -w -o $@ $$d/main.o; s=$$?; rm -r $$d; exit $$s",
    # Without libc also in `net`, which the standard library as it is installed has
    # only with it.
    "go_static": "d=$$(mktemp -d) && HOME=$$d GOCACHE=$$d/cache GO111MODULE=off CGO_ENABLED=0 go build -ldflags='-s -w' -o $@ $<; s=$$?; rm -rf $$d; exit $$s",
}

def program(name, src, kind = "dynamic", deps = []):
    command = _COMMANDS[kind].format(
        flags = _FLAGS,
        name = name,
        store = _STORE_LINK,
    )
    if "$^" in command:
        command = command.replace("$^", "$(location %s) $(location %s)" % (src, deps[0]))
    native.genrule(
        name = name,
        srcs = [src, "path_set.h", "say.h"] + deps,
        outs = ["bin/" + name],
        cmd = command.replace("$<", "$(location %s)" % src),
    )

def programs_tree(name, programs):
    native.genrule(
        name = name,
        srcs = programs + native.glob(["scripts/*"]),
        outs = [name + ".tar"],
        cmd = "GLIBC=%s ITEM=%s PROFILE=%s $(location assemble.sh) $@ $(SRCS)" % (GLIBC, ITEM, PROFILE),
        tools = ["assemble.sh"],
        visibility = ["//:everything"],
    )
