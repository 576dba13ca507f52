#!/usr/bin/env bash
# The demo:  ./bazelw run //:demo
#
# A real store is made (as Nix makes them), packed, moved twice, and programs are
# run from the pack by an ordinary user of a machine that has no such store: this
# one. What is shown is what is run; every output is compared with what it must
# be, and the first difference ends the demo with exit status 1. It leaves
# nothing behind but the store, which tests use too.
set -euo pipefail

relocatable=$PWD/cli/relocatable
enter=$PWD/testdata/store/enter
build_store=$PWD/testdata/store/build_store.py

say() { printf '\n# %s\n' "$*"; }

fail() {
  printf '\ndemo: %s\n' "$*" >&2
  exit 1
}

# Prints a command as one would type it.
print_command() {
  local word line='$'
  for word; do
    case $word in
      '' | *[!-A-Za-z0-9_./=:,+%@]*) line+=" '${word//\'/\'\\\'\'}'" ;;
      *) line+=" $word" ;;
    esac
  done
  printf '%s\n' "$line"
}

# expect OUTPUT COMMAND...: shows the command, runs it as an ordinary user, and
# shows what it prints, errors included; this must be OUTPUT, and its status 0.
expect() {
  local wanted=$1 printed status=0
  shift
  print_command "$@"
  printed=$("${as_user[@]}" "$@" 2>&1) || status=$?
  [ -z "$printed" ] || printf '%s\n' "$printed"
  [ "$status" = 0 ] || fail "'$1' has exit status $status"
  [ "$printed" = "$wanted" ] || fail "'$1' should have printed: $wanted"
}

make_store() {
  say "A store, which nix-build makes of Debian's programs (a minute, once)."
  print_command "${build_store#"$PWD/"}"
  store=$(python3 -B "$build_store")
  echo "$store"
  profile=$(readlink "$store/profile")
  say "What its user has: a profile of links, and all that they lead to."
  echo "$profile"
  echo "  bin/hello -> $(readlink "$store$profile/bin/hello")"
  echo "  $(wc -l <"$store/closure") items," \
    "$(du -sh --apparent-size "$store/gnu" | cut -f1)"
}

# A mount namespace stands for the machine on which the store was made: there,
# and only there, items are where their paths say.
pack_profile() {
  local command=(relocatable pack -o hello-pack
    --store-db "$store/var/nix/db/db.sqlite" "$profile")
  say "On the machine that has the store: pack the profile, and all it needs."
  print_command "${command[@]}"
  "$enter" "$store/gnu/store" /gnu/store "$relocatable" "${command[@]:1}" ||
    fail "the profile was not packed"
  echo "$(du -sh --apparent-size hello-pack | cut -f1) in hello-pack," \
    "$(find hello-pack/bin -type l | wc -l) programs in hello-pack/bin"
  ! grep -qF "$store" hello-pack/launch hello-pack/manifest.json ||
    fail "the pack names the folder $store of the machine it comes from"
}

leave_the_store() {
  say "On a machine without it, which is this one, as an ordinary user:"
  print_command ls -d "$profile"
  ! "${as_user[@]}" ls -d "$profile" 2>&1 || fail "this machine has that store"
}

# run_programs PACK: by their names in its bin/.
run_programs() {
  local bin=$1/bin repository=home/repository
  expect 'Hello, world!' "$bin/hello"
  # shellcheck disable=SC2016 # the packed bash expands it
  expect '6 * 7 = 42' "$bin/bash" -c 'echo "6 * 7 = $((6 * 7))"'
  expect "$(git --version)" "$bin/git" --version
  expect '' "$bin/git" init --quiet --initial-branch=main $repository
  expect '' "$bin/git" -C $repository -c user.name=Me -c user.email=me@here \
    commit --quiet --allow-empty --message='a commit'
  expect 'a commit' "$bin/git" -C $repository log --format=%s
  rm -rf $repository
  expect 'OpenSSL 42 Hello, world!' "$bin/python3" -c '
import os, ssl, sqlite3, subprocess, sys
answer = sqlite3.connect(":memory:").execute("select 6 * 7").fetchone()[0]
hello = os.path.join(os.path.dirname(sys.executable), "hello")
hello = subprocess.check_output([hello], text=True).rstrip()
print(ssl.OPENSSL_VERSION.split()[0], answer, hello)'
  expect 'hello from the store' "$bin/bash" -c \
    "$profile/bin/probe-go | $profile/bin/tail -n 1 # a static program, in Go"
}

# check_mappings PACK: no file outside the pack is mapped into its programs, so
# nothing that it lacks came from this machine unnoticed.
check_mappings() {
  local pack path maps
  local command=("$1/bin/python3" -c
    'import ssl, sqlite3; print(open("/proc/self/maps").read())')
  pack=$(realpath "$1")
  say "Only files of the pack are mapped into a program:"
  echo "$(print_command "${command[@]}") | grep -o '/.*' | sort -u"
  maps=$("${as_user[@]}" "${command[@]}" | grep -o '/.*' | sort -u)
  echo "$maps"
  while read -r path; do
    case $path in
      "${profile%/*}"/* | "$pack"/*) ;;
      *) fail "'$path' is not of the pack" ;;
    esac
  done <<<"$maps"
  grep -q /libsqlite3.so <<<"$maps" || fail "SQLite should be among them"
}

clean_up() {
  cd /
  chmod -R u+w "$work" && rm -rf "$work"
}

main() {
  local before
  work=$(mktemp -d "${TMPDIR:-/tmp}/relocatable-demo.XXXXXX")
  trap clean_up EXIT
  trap 'exit 130' INT TERM
  chmod 755 "$work"
  cd "$work"
  mkdir home elsewhere 'a folder with spaces'
  as_user=(env HOME="$work/home")
  if [ "$(id -u)" = 0 ]; then
    chown 61234:61234 home
    as_user=(setpriv --reuid=61234 --regid=61234 --clear-groups "${as_user[@]}")
  fi
  make_store
  pack_profile
  leave_the_store
  before=$(cat /proc/self/mountinfo)
  for place in elsewhere 'a folder with spaces'; do
    say "Moved: nothing in it is changed, nothing is unpacked."
    print_command mv "${moved:-hello-pack}" "$place/hello-pack"
    mv "${moved:-hello-pack}" "$place/hello-pack"
    moved=$place/hello-pack
    run_programs "$moved"
    check_mappings "$moved"
  done
  [ "$before" = "$(cat /proc/self/mountinfo)" ] || fail "mounts are left behind"
  say "All of this was as it should be."
}

main
