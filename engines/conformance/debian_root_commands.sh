# What is compared between chroot and an engine: run by sh in the root, as the
# ordinary user who owns it. Says nothing that changes from run to run, and leaves
# nothing behind.

id
ls -A /
find / -xdev \( -path /proc -o -path /dev -o -path /shared -o -path /var/cache \
  -o -path /var/lib/apt \) -prune -o -printf '%p %y %m %u %g %l\n' | sort
find /etc -type l -exec readlink -f {} \; | sort
cd /usr/lib/x86_64-linux-gnu && pwd -P; cd .. && pwd -P; cd ../../bin && pwd -P; cd ../../.. && pwd -P
cat /etc/debian_version /etc/os-release
realpath /lib64/ld-linux-x86-64.so.2 /bin/../lib /proc/self/root /proc/self/cwd /proc/self/exe
perl -e 'use Cwd; chdir "/var/lib/dpkg/info"; print getcwd, "\n", join("\n", sort glob "*.list"), "\n";
  opendir(D, "/"); print join(" ", sort readdir D), "\n$^X\n", `dpkg --version`'
dpkg -l
dpkg -S /bin/ls /usr/bin/perl
dpkg -V
sh -c 'exec -a foo sh -c "echo \$0"' 2>/dev/null
bash -c 'exec -a foo bash -c "echo \$0"'
tar -C /etc -cf - . | tar -tf - | sort | sha256sum
stat -c '%n %F %a %h' / /.. /etc/.. /bin /bin/ /usr/bin/../../..
touch /etc/new && mv /etc/new /var/new && ln -s /var/new /link && cat /link && readlink -f /link
rm -f /var/new /link
mkdir -p /a/b/c && (cd /a/b/c && ln -s /a/b x && cd x/c/x && pwd -P && pwd)
rm -r /a
ls /nonexistent /etc/passwd/x
getent passwd root; getent group adm
env | sort
bash -c 'type ls; echo /e*/pass*; [ /bin -ef /usr/bin ] && echo same; cd /proc/self/cwd; pwd -P'
sha256sum /usr/bin/* | sha256sum
ldd /bin/ls | sed 's/(.*//'
/lib64/ld-linux-x86-64.so.2 --list /bin/cat | sed 's/(.*//'
chroot / true; echo "chroot $?"

# Packages: from a source that apt reads, and installed as far as the user may.
apt-get -q update 2>&1 | grep -c Packages >/dev/null && apt-cache policy small
dpkg --force-not-root -i /shared/repository/small.deb
small; cat /etc/small; dpkg -s small; dpkg -L small; dpkg -V small
dpkg --force-not-root --purge small
rm -f /etc/small; ls /usr/bin/small
apt-get check
echo end
