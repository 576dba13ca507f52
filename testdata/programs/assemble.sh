#!/bin/bash
# assemble.sh TAR FILE...: puts programs, libraries and scripts into a store and
# archives it. GLIBC, ITEM and PROFILE are the paths of its three items.
#
# The C library is Debian's, made to behave like one that was built for the
# store: its loader knows neither the host's ld.so.cache nor the host's default
# directories, which would hide a library that is missing here.
set -eu
export LC_ALL=C
tar=$(realpath "$1")
shift
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
glibc=$root$GLIBC item=$root$ITEM profile=$root$PROFILE
mkdir -p "$glibc/lib/gconv" "$item"/{bin,lib/needed,share/scripts,share/empty} "$profile"

host=/usr/lib/x86_64-linux-gnu
cp "$host"/{libc.so.6,libm.so.6,libdl.so.2,libpthread.so.0,libgcc_s.so.1,libstdc++.so.6} "$glibc/lib/"
patchelf --set-rpath "$GLIBC/lib" "$glibc/lib/libstdc++.so.6"
perl -0777 -pe '
  s#/etc/ld\.so\.cache#/gnu/ld.so.cache#g;
  s#/lib/x86_64-linux-gnu/#/gnu/no/default/dir/0/#g;
  s#\0(/usr)?/lib/\0#\0$1/nil/\0#g' "$host/ld-linux-x86-64.so.2" >"$glibc/lib/ld-linux-x86-64.so.2"
if grep -qF -e /etc/ld.so.cache -e /lib/x86_64-linux-gnu/ "$glibc/lib/ld-linux-x86-64.so.2"; then
  echo "assemble.sh: the loader still knows the host" >&2
  exit 1
fi
chmod 755 "$glibc/lib/ld-linux-x86-64.so.2"
cp "$host/gconv/ISO8859-15.so" "$glibc/lib/gconv/"
cat >"$glibc/lib/gconv/gconv-modules" <<EOF
module ISO-8859-15// INTERNAL ISO8859-15 1
module INTERNAL ISO-8859-15// ISO8859-15 1
EOF
ln -s "$GLIBC/lib/gconv" "$item/lib/gconv"

cp /usr/bin/dash "$item/bin/sh"
patchelf --set-interpreter "$GLIBC/lib/ld-linux-x86-64.so.2" --set-rpath "$GLIBC/lib" "$item/bin/sh"

for file; do
  name=${file##*/}
  case $file in
    */libneeded.so) cp "$file" "$item/lib/needed/libneeded.so" ;;
    *.so) cp "$file" "$item/lib/" ;;
    */scripts/*) sed "s#@ITEM@#$ITEM#g" "$file" >"$item/share/scripts/$name" ;;
    *) cp "$file" "$item/bin/" ;;
  esac
done
# One as a text file on another system has it.
printf '#!%s/bin/identity\r\n' "$ITEM" >"$item/share/scripts/carriage_return"

cd "$item/share"
echo "data of the store" >data.txt
ln -s data.txt relative-link
ln -s "$ITEM/share/data.txt" absolute-link
ln -s /proc/self/cwd/file out-link
ln -s /proc/self/cwd out-dir-link
ln -s /etc/passwd host-link
ln -s missing dangling
ln -s loop loop
ln -s "$ITEM/bin" dir-link
ln -s .. up
ln -s "$ITEM/bin" "$profile/bin"

# As a store leaves them: read-only, times 1.
cd "$root"
chmod 555 "$item"/bin/* "$item"/share/scripts/*
find gnu -type f -perm /111 -exec chmod 555 {} +
find gnu -type f ! -perm /111 -exec chmod 444 {} +
find gnu -type d -exec chmod 555 {} +
chmod 755 gnu gnu/store
tar cf "$tar" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1 gnu
chmod -R u+w .
