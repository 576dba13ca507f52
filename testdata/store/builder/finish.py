"""What single items need beyond a copy: paths, wrappers, links, generated files."""

import os
import subprocess

import in_place


def finish(item):
    """Does what is particular to the item, if anything is."""
    step = globals().get("_finish_" + item.name.replace("-", "_"))
    if step is not None:
        step(item)


def set_paths(item):
    """Tells programs where they are if that is compiled in, and no wrapper can
    say it without their children hearing it too."""
    if item.name == "glibc":
        in_place.replace_string(
            item.out + "/lib/libc.so.6",
            "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache",
            item.out + "/lib/gconv/gconv-modules.cache")
    elif item.name == "python3":
        in_place.replace_string(item.out + "/bin/python3.11", "/usr", item.out)


def _run(*command, **options):
    subprocess.run(command, check=True, **options)


def _write_program(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(path, 0o755)


def _finish_bash(item):
    os.symlink("bash", item.out + "/bin/sh")


def _finish_gawk(item):
    os.symlink("gawk", item.out + "/bin/awk")


def _finish_glibc(item):
    # Without this table iconv(3) would look for character sets elsewhere.
    gconv = item.out + "/lib/gconv"
    _run("iconvconfig", "--nostdlib", f"--output={gconv}/gconv-modules.cache",
         gconv)


def _finish_python3(item):
    os.symlink("python3.11", item.out + "/bin/python3")
    # Every file of a store is of 1970, so a .pyc must not be checked by time.
    _run(item.out + "/bin/python3", "-m", "compileall", "-q", "-j0",
         "--invalidation-mode", "unchecked-hash", item.out + "/lib/python3.11",
         stdout=subprocess.DEVNULL)


def _finish_perl(item):
    """Where perl's modules are is compiled in: a wrapper says it, as wrappers
    in Nix do."""
    folders = ["lib/perl/5.36.0", "share/perl/5.36.0", "lib/perl-base",
               "share/perl5"]
    os.rename(item.out + "/bin/perl", item.out + "/bin/.perl-wrapped")
    os.remove(item.out + "/bin/perl5.36.0")
    inc = ":".join(f"{item.out}/{folder}" for folder in folders)
    _write_program(item.out + "/bin/perl", f"""\
#!{item.path("bash")}/bin/bash
export PERL5LIB=${{PERL5LIB:+$PERL5LIB:}}{inc}
exec -a "$0" {item.out}/bin/.perl-wrapped "$@"
""")


def _finish_git(item):
    """git's folders are compiled in, too. bin/git-upload-pack and others are
    links to bin/git: $0 says which was meant."""
    os.remove(item.out + "/bin/git")
    _write_program(item.out + "/bin/git", f"""\
#!{item.path("bash")}/bin/bash
export GIT_EXEC_PATH=${{GIT_EXEC_PATH-{item.out}/libexec/git-core}}
export GIT_TEMPLATE_DIR=${{GIT_TEMPLATE_DIR-{item.out}/share/git-core/templates}}
export GITPERLLIB=${{GITPERLLIB-{item.out}/share/perl5}}
exec -a "$0" {item.out}/libexec/git-core/git "$@"
""")


def _finish_gcc(item):
    """The compiler and the linker look in /usr: the wrapper names the C library,
    and what it links finds that in the store."""
    glibc, dev = item.path("glibc"), item.path("glibc-dev")
    flags = (f"-B{item.path('binutils')}/bin/ -B{dev}/lib/ -L{glibc}/lib"
             f" -idirafter {dev}/include")
    link = (f"-Wl,-rpath,{glibc}/lib"
            f" -Wl,-dynamic-linker,{glibc}/lib/ld-linux-x86-64.so.2")
    _write_program(item.out + "/bin/gcc", f"""\
#!{item.path("bash")}/bin/bash
exec {item.path("gcc-unwrapped")}/bin/gcc-12 {flags} {link} "$@"
""")
    os.symlink("gcc", item.out + "/bin/cc")


def _finish_probe(item):
    """One small program, linked in every way there is."""
    source, bin_ = item.programs + "/probe.c", item.out + "/bin/"
    data = item.out + "/share/probe/greeting"
    os.makedirs(bin_)
    os.makedirs(os.path.dirname(data))
    with open(data, "w", encoding="ascii") as file:
        file.write("hello from the store\n")

    def in_store(libc, loader):
        lib = item.path(libc) + "/lib"
        return [f"-Wl,-rpath,{lib}", f"-Wl,-dynamic-linker,{lib}/{loader}"]

    for name, compiler, flags in [
        ("probe", "gcc", in_store("glibc", "ld-linux-x86-64.so.2")),
        ("probe-static", "gcc", ["-static"]),
        ("probe-static-pie", "gcc", ["-static-pie"]),
        ("probe-musl", "musl-gcc", in_store("musl", "ld-musl-x86_64.so.1")),
        ("probe-musl-static", "musl-gcc", ["-static"]),
    ]:
        _run(compiler, "-O2", "-s", f'-DGREETING="{data}"', "-o", bin_ + name,
             source, *flags)
    # Nothing that would make it compile its whole library anew (-trimpath).
    _run("go", "build", "-o", bin_ + "probe-go",
         "-ldflags", f"-s -w -X main.greeting={data}",
         item.programs + "/probe.go",
         env={**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off",
              "GOCACHE": os.getcwd() + "/gocache", "GOFLAGS": "",
              "GOPROXY": "off", "HOME": os.getcwd()})
    for name in os.listdir(bin_):
        in_place.hide_host(bin_ + name, item.prefix)
    _write_program(bin_ + "probe-script", f"""\
#!{item.path("bash")}/bin/sh
exec {bin_}probe "$@"
""")


def _finish_profile(item):
    _join(item.out, list(item.needs.values()))


def _join(out, folders):
    """Makes `out` the union of the folders, as Nix makes profiles: what one of
    them has is one absolute link, what several have is a folder."""
    os.makedirs(out, exist_ok=True)
    for name in sorted({n for f in folders for n in os.listdir(f)}):
        found = [f"{f}/{name}" for f in folders if os.path.lexists(f"{f}/{name}")]
        if len(found) > 1 and all(map(os.path.isdir, found)):
            _join(f"{out}/{name}", found)
        else:
            os.symlink(found[0], f"{out}/{name}")
