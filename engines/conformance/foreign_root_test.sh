#!/usr/bin/env bash
# Packs of this machine's programs on roots of other distributions: what they say
# there is what they say here; and what the root's own programs say, started from a
# packed shell, is what they say by themselves. As an ordinary user.
#
#   foreign_root_test.sh RELOCATABLE COMMANDS ENGINE...
#
# Needs root (for pivot_root), debootstrap and a Debian mirror ($DEBIAN_MIRROR, else
# debootstrap's own). ROOTS chooses among the roots, WITH among the programs; PACK is
# a pack made before, and $MADE/trixie a root.
set -u
relocatable=$(realpath "$1") commands=$(realpath "$2")
shift 2
user=61235
roots=${ROOTS:-trixie bullseye busybox}
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/foreign.XXXXXX")
trap 'rm -rf "$work"' EXIT

cannot() {
  echo "no 'debian' here: $1"
  case ",${RELOCATABLE_MUST_RUN:-}," in *,debian,*) exit 1 ;; esac
  exit 0
}
[ "$(id -u)" = 0 ] || cannot "only root can change its root"
[ -e /etc/debian_version ] || cannot "this machine is not a Debian"
command -v debootstrap >/dev/null || cannot "debootstrap is not installed"

with=
for name in bash ${WITH:-git python3 perl curl vim gcc}; do
  if [ -e "/usr/bin/$name" ]; then with="$with $name"; else echo "not here, so not packed: $name"; fi
done

# The pack, which PACK may hold already.
pack=$work/pack
if [ -n "${PACK-}" ]; then
  cp -a "$PACK" "$pack"
else
  # shellcheck disable=SC2086
  PATH=/usr/bin:/bin "$relocatable" pack -o "$pack" $with >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
fi
chmod -R a+rX "$work"

# A server with a certificate of an authority of its own, for curl.
server=
if openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout "$work/key" -out "$work/ca" 2>/dev/null; then
  mkdir "$work/www" && echo "hello by https" >"$work/www/hello"
  /usr/bin/python3 -c 'import http.server, os, ssl, sys
os.chdir(sys.argv[1] + "/www")
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/ca", sys.argv[1] + "/key")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()' "$work" >"$work/port" 2>/dev/null &
  server_pid=$!
  trap 'kill $server_pid; rm -rf "$work"' EXIT
  for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.1; done
  server=https://localhost:$(cat "$work/port")
fi

make_root() {
  local root=$work/root
  mkdir -p "$root"
  case $1 in
  busybox)
    # musl's ld.so and a busybox: nothing of glibc, no /lib64, /usr not merged.
    (cd "$work" && apt-get download busybox-static >/dev/null 2>&1 && dpkg-deb -x busybox-static*.deb "$work/busybox") ||
      return 1
    mkdir -p "$root"/{bin,sbin,lib,etc,usr/bin,proc,dev,tmp}
    cp "$work/busybox/bin/busybox" "$root/bin/"
    chroot "$root" /bin/busybox --install -s /bin
    [ ! -e /lib/ld-musl-x86_64.so.1 ] || cp -L /lib/ld-musl-x86_64.so.1 "$root/lib/"
    echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
    echo 'passwd: sss systemd files ldap' >"$root/etc/nsswitch.conf"
    ;;
  *)
    if [ -d "${MADE-}/$1" ]; then
      rm -rf "$root" && cp -a "$MADE/$1" "$root"
      return
    fi
    # shellcheck disable=SC2086
    debootstrap --variant=minbase "$1" "$root" ${DEBIAN_MIRROR:-} >"$work/log" 2>&1
    ;;
  esac
}

# in_root VARIABLE=VALUE... COMMAND...: as the user, in an empty directory. By
# pivot_root(2), for in a chroot nobody may make user namespaces.
in_root() {
  unshare -m sh -c '
    mount --make-rprivate / && work=$1 user=$2 && shift 2 && root=$work/root &&
    mount --bind "$root" "$root" &&
    mkdir -p "$root/opt/pack" "$root/shared" && mount --bind /proc "$root/proc" && mount --rbind /dev "$root/dev" &&
    mount --bind "$work/pack" "$root/opt/pack" && mount -o remount,bind,ro "$root/opt/pack" &&
    mount --bind "$work/shared" "$root/shared" && cd "$root" &&
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin perl -e '\''
      my ($user, $here) = (shift, ".");
      syscall(155, $here, $here) == 0 && syscall(166, $here, 2) == 0 && chdir "/" or die "cannot change the root: $!";
      $( = $user; $) = "$user $user"; $< = $> = $user;
      exec "env", @ARGV or die "cannot execute env: $!"'\'' "$user" "$@"' \
    sh "$work" "$user" "$@"
}
fresh_shared() {
  rm -rf "$work/shared" && mkdir "$work/shared" && install -m 644 "$commands" "$work/shared/commands"
  [ -z "$server" ] || install -m 644 "$work/ca" "$work/shared/ca"
  printf '%s\n' 'for name in $with; do' \
    'eval "$name() { /opt/pack/bin/$name \"\$@\"; }"' \
    'done' 'cd /shared/home && . /shared/commands' >"$work/shared/by-pack"
  mkdir "$work/shared/home" && chown -R $user:$user "$work/shared/home" && chmod 755 "$work/shared"
}

# What the root's own programs say when asked for their version.
cat >"$work/versions" <<'END'
cd /shared/home
for file in /bin/* /sbin/* /usr/bin/* /usr/sbin/*; do
  # linuxrc is an init: what it cannot do ends with a kill of all that the user runs.
  # uevent waits for ever, and shells differ in what they say of its end.
  # mount, of busybox, says what is mounted, which is userns's own affair.
  case $file in */yes | */mount | */chroot | */reboot | */halt | */poweroff | */init | */linuxrc | */uevent | */bash | */sh) continue ;; esac
  [ -f "$file" ] && [ -x "$file" ] || continue
  # What is packed is not the root's own; a link may lead nowhere out here.
  for packed in "/opt/pack/root$file" "/opt/pack/root/usr$file"; do
    [ ! -e "$packed" ] && [ ! -L "$packed" ] || continue 2
  done
  timeout 10 "$file" --version </dev/null >out 2>&1
  echo "$file $?"
  head -n 3 out
done
END

status=0
compare() { # WHAT EXPECTED SEEN
  if diff "$2" "$3" >"$work/differences"; then
    echo "$1: $(wc -l <"$2") lines, the same"
  else
    head -n 60 "$work/differences"
    echo "$1: differs"
    status=1
  fi
}

fresh_shared
(cd "$work/shared/home" && env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 with="$with" server="$server" ca="$work/shared/ca" \
  setpriv --reuid=$user --regid=$user --clear-groups sh "$commands") >"$work/home.out" 2>&1
grep -q '^end$' "$work/home.out" || { tail "$work/home.out"; echo "at home the commands did not reach the end"; exit 1; }

for root in $roots; do
  rm -rf "$work/root"
  make_root "$root" || { echo "no root '$root': $(tail -n 1 "$work/log")"; status=1; continue; }
  for engine; do
    fresh_shared
    # Where /proc/PID/maps shows the pack's files to be.
    case $engine in userns) shown=/ ;; *) shown=/opt/pack ;; esac
    in_root LC_ALL=C.UTF-8 with="$with" server="$server" ca=/shared/ca pack=$shown RELOCATABLE_ENGINE="$engine" \
      sh /shared/by-pack >"$work/out" 2>&1
    compare "$root, $engine: the pack's programs" "$work/home.out" "$work/out"
  done
  fresh_shared
  cp "$work/versions" "$work/shared/versions"
  in_root LC_ALL=C sh /shared/versions >"$work/versions.root" 2>&1
  for engine; do
    fresh_shared
    cp "$work/versions" "$work/shared/versions"
    in_root LC_ALL=C RELOCATABLE_ENGINE="$engine" /opt/pack/bin/bash /shared/versions >"$work/out" 2>&1
    compare "$root, $engine: the root's programs" "$work/versions.root" "$work/out"
  done
done
exit $status
