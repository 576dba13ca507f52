#!/usr/bin/env bash
# A whole root file system: what programs of a Debian say of it must be what they
# say under chroot, byte for byte.
#
#   debian_root_test.sh RELOCATABLE COMMANDS ENGINE...
#
# Needs root (for chroot, and to give the file system to an ordinary user),
# debootstrap, and a Debian mirror ($DEBIAN_MIRROR, else debootstrap's own).
set -u
relocatable=$(realpath "$1") commands=$(realpath "$2")
shift 2
user=61234
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/root.XXXXXX")
trap 'rm -rf "$work"' EXIT

cannot() {
  echo "no 'debian' here: $1"
  case ",${RELOCATABLE_MUST_RUN:-}," in *,debian,*) exit 1 ;; esac
  exit 0
}
[ "$(id -u)" = 0 ] || cannot "only root can chroot"
command -v debootstrap >/dev/null || cannot "debootstrap is not installed"
root=$work/root shared=$work/shared
# shellcheck disable=SC2086
debootstrap --variant=minbase bookworm "$root" ${DEBIAN_MIRROR:-} >"$work/log" 2>&1 ||
  cannot "debootstrap: $(tail -n 1 "$work/log")"

# A package to install, in a source that apt can read.
mkdir -p "$shared/repository" "$work/small/DEBIAN" "$work/small/usr/bin"
printf 'Package: small\nVersion: 1\nArchitecture: all\nMaintainer: test <test@localhost>\nDescription: small\n' \
  >"$work/small/DEBIAN/control"
printf '#!/bin/sh\necho small program\n' >"$work/small/usr/bin/small"
printf '#!/bin/sh\necho configured >/etc/small\n' >"$work/small/DEBIAN/postinst"
chmod 755 "$work"/small/usr/bin/small "$work"/small/DEBIAN/postinst
dpkg-deb --root-owner-group -b "$work/small" "$shared/repository/small.deb" >/dev/null
(cd "$shared/repository" && {
  dpkg-deb -f small.deb
  echo "Filename: ./small.deb"
  echo "Size: $(stat -c %s small.deb)"
  echo "SHA256: $(sha256sum small.deb | cut -d' ' -f1)"
} >Packages)
echo "deb [trusted=yes] file:/shared/repository ./" >"$root/etc/apt/sources.list"

install -m 755 "$relocatable" "$work/relocatable"
install -m 644 "$commands" "$shared/commands"
mkdir -p "$root/shared" "$work/home"
chmod -R a+rX "$work" && chown -R "$user:$user" "$root" "$shared" "$work/home"

environment=(env -i HOME=/home PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8)
in_chroot() {
  unshare -m sh -c '
    mount --make-rprivate / && root=$1 && shared=$2 && shift 2 &&
    mount --bind /proc "$root/proc" && mount --rbind /dev "$root/dev" &&
    mount --bind "$shared" "$root/shared" && exec "$@"' sh "$root" "$shared" \
    "${environment[@]}" chroot --userspec=$user:$user --groups= "$root" sh /shared/commands
}
in_engine() {
  (cd / && setpriv --reuid=$user --regid=$user --clear-groups "${environment[@]}" \
    "$work/relocatable" run --engine="$1" -r "$root" -b /proc -b /dev -b "$shared:/shared" -- \
    sh /shared/commands)
}

in_chroot >"$work/chroot.out" 2>&1
grep -q '^end$' "$work/chroot.out" || { tail "$work/chroot.out"; echo "chroot did not reach the end"; exit 1; }
status=0
for engine; do
  in_engine "$engine" >"$work/$engine.out" 2>&1
  if diff "$work/chroot.out" "$work/$engine.out" >"$work/differences"; then
    echo "$engine: $(wc -l <"$work/chroot.out") lines as under chroot"
  else
    head -n 100 "$work/differences"
    echo "$engine: differs from chroot"
    status=1
  fi
done
exit $status
