# What is compared between home and a foreign root: run by the shell that is there,
# in an empty directory. A word in $with is a program that was packed; each is called
# by a function, at home the program itself, elsewhere the pack's. Says nothing that
# differs from machine to machine.

has() { case " $with " in *" $1 "*) return 0 ;; esac; return 1; }
HOME=$PWD
export HOME GIT_AUTHOR_DATE=2020-01-01T00:00:00 GIT_COMMITTER_DATE=2020-01-01T00:00:00

if has git; then
  echo "== git"
  git config --global user.name me && git config --global user.email me@localhost
  git config --global init.defaultBranch main
  git init -q one && cd one || exit 1
  # Hooks and editors are programs of the machine; what they start is packed again.
  printf '#!/bin/sh\necho hook: $(git status --short)\n' >.git/hooks/pre-commit
  printf '#!/bin/sh\necho edited >$1\n' >"$HOME/editor"
  chmod 755 .git/hooks/pre-commit "$HOME/editor"
  i=0
  while [ $i -lt 200 ]; do echo $i >file-$i; i=$((i + 1)); done
  mkdir -p deep/er && echo x >deep/er/x && ln -s ../file-1 deep/link
  git add . && git commit -q -m first | head -n 1
  git rm -q --cached file-3 && GIT_EDITOR=$HOME/editor git commit -q 2>&1
  git log --format='%h %s' && git status --short
  git clone -q "file://$HOME/one" ../two && cd ../two && ls | wc -l && git fsck --strict 2>&1
  git checkout -q -b other && echo y >>deep/er/x && git commit -q -a -m other && git push -q origin other
  cd ../one && git branch --format='%(refname:short)' && git diff --stat main other
  git -c alias.say='!echo alias $(git rev-parse --short HEAD)' say
  git gc -q && git archive HEAD deep | wc -c && git grep -c x -- deep
  git -c protocol.file.allow=always submodule add -q "file://$HOME/two" sub && git submodule status | wc -l
  cd "$HOME" || exit 1
fi

if has python3; then
  echo "== python3"
  python3 - <<'END'
import ctypes, decimal, hashlib, json, locale, os, pwd, sqlite3, ssl, subprocess, sys, time, zoneinfo
print(sys.prefix, json.dumps(list(sys.version_info)))
print(pwd.getpwnam("root").pw_uid, zoneinfo.ZoneInfo("Europe/Berlin").key, decimal.Decimal(1) / 3)
print(sqlite3.connect(":memory:").execute("select 1 + 1").fetchone(), hashlib.sha256(b"x").hexdigest())
print(subprocess.run(["sh", "-c", "echo $0 $((6 * 7))", "zero"], capture_output=True, text=True).stdout)
print(subprocess.run([sys.executable, "-c", "import os; print(os.getppid() > 1)"], capture_output=True).stdout)
print(ctypes.CDLL("libc.so.6").abs(-3), ssl.create_default_context().verify_mode)
try:
    pwd.getpwnam("no-such-user")
except KeyError as error:
    print(error)
foreign = [line.split()[-1] for line in open("/proc/self/maps") if ".so" in line]
print([path for path in foreign if not path.startswith(os.environ.get("pack", "/"))])
names = os.listdir("/usr/lib/python3.%d" % sys.version_info[1])
print(len(names) == len(set(names)), "os.py" in names)
END
  python3 -m venv --without-pip environment && python3 -c '
import subprocess
print(subprocess.run(["environment/bin/python3", "-c", "import sys; print(sys.prefix != sys.base_prefix)"], capture_output=True, text=True))'
fi

if has perl; then
  echo "== perl"
  perl -MPOSIX=floor -MList::Util=sum -MEncode -MSocket -MTime::HiRes -MFcntl -e '
    print floor(3.7), " ", sum(1 .. 10), " ", length(encode("UTF-8", "\x{263a}")), " $^X\n", `echo shell`'
fi

if has curl; then
  echo "== curl"
  echo "from a file" >file && curl -s "file://$HOME/file"
  curl -s http://127.0.0.1:1/; echo $?
  if [ -n "${server-}" ]; then
    curl -s --cacert "$ca" "$server/hello"
    curl -s "$server/hello"; echo $?
  fi
fi

if has vim; then
  echo "== vim"
  printf 'one\ntwo\n' >text && vim -es -u NONE -c '%s/o/0/g|wq' text; cat text
fi

if has gcc; then
  echo "== gcc"
  printf '#include <stdio.h>\n#include <math.h>\nint main(int c, char **v) { printf("hello %%.3f\\n", sqrt(c + 1)); }\n' >hello.c
  # What is linked dynamically needs a libc as new as the packed one.
  gcc -O2 -Wall -o hello hello.c -lm && echo linked
  gcc -O2 -static -o hello hello.c -lm && ./hello
fi
echo end
