#!/bin/bash
# What the product is, seen from outside: shape_test.sh PRODUCT PRODUCT_WITH_SYMBOLS
#
# Flags are promises to the linker; this looks at what it made of them.
set -u
product=$1 symbols=$2 failed=0

expect() { # expect WHAT COMMAND...
  local what=$1
  shift
  if ! "$@"; then
    echo "FAILED: $what"
    failed=1
  fi
}
headers=$(readelf -hlW "$product")
names=$(nm "$symbols" | awk '{print $NF}')
has() { grep -qE "$1" <<<"$headers"; }
lacks() { ! has "$1"; }
defines() { grep -qxE "$1" <<<"$names"; }
does_not_define() { ! grep -xE "$1" <<<"$names"; }

expect "at most 6 MB" test "$(stat -Lc %s "$product")" -le 6000000
expect "no interpreter, nothing dynamic: no library of the host" lacks '^ *(INTERP|DYNAMIC) '
expect "a fixed address: no relocation at start" has 'Type: +EXEC '
expect "no stack that can be executed" has '^ *GNU_STACK .* RW +0x'
expect "no segment that can be written and executed" lacks '^ *LOAD .* RWE'
expect "stripped" test -z "$(nm "$product" 2>/dev/null)"

# libc's own entry point would initialise libc before anything else.
start=$(nm "$symbols" | awk '$3 == "reloc_start" {print $1}')
expect "the entry point is reloc_start" test -n "$start" -a \
  "0x$(sed 's/^0*//' <<<"$start")" = "$(readelf -hW "$symbols" | awk '/Entry point/ {print $NF}')"
expect "both links are the same program" test \
  "$(readelf -hW "$symbols" | grep Entry)" = "$(readelf -hW "$product" | grep Entry)"

# Users, hosts and character sets: glibc would load libraries for them.
expect "nothing of the host's name services" \
  does_not_define '(getpw(nam|uid)|getgr(nam|gid)|getaddrinfo|gethostby(name|addr))(_r)?'

# crtbeginT.o's frame_dummy registers .eh_frame, which libgcc then sorts at the
# first throw: 2 ms. It must call our empty function, and the table be there.
expect "a table of frames" has '^ *GNU_EH_FRAME '
expect "frames are not registered" grep -q '<__wrap___register_frame_info>' \
  <<<"$(objdump -d --no-show-raw-insn "$symbols" | sed -n '/<frame_dummy>:/,/ret/p')"

expect "it runs" test "$("$product" --version | cut -d' ' -f1)" = relocatable
[ $failed = 0 ] && echo "the shape is right"
exit $failed
