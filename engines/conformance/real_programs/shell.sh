set -o pipefail
for i in 1 2 3; do echo $i; done | sort -r | (read a; cat; echo "first $a")
x=$(printf '%s\n' /gnu/store/*-hello-*/bin/*); echo "${x##*/}"
diff <(echo a) <(echo b); echo "diff? $?"
cat <<< here | tee a b > c; cmp a c && echo same
mkfifo f; (cat f &); echo through a fifo > f; wait
find . -type f -name '[abc]' -exec sh -c 'echo found $1' _ {} \; | sort
find . -type f -print0 | sort -z | xargs -0 -n1 sha256sum
trap 'echo caught' USR1; kill -USR1 $$; (exit 7); echo $?
sleep 10 & kill %1; wait %1; echo $?
timeout 0.2 sleep 10; echo $?; nohup true; env -i $(type -P env)
ulimit -n; umask 027; touch m; stat -c %a m; readlink -f . > /dev/null
tar -cf t.tar a b c && mkdir out && tar -xf t.tar -C out && ls out
cp -a out out2 && mv out2 out3 && ln -s ../a out3/l && ls -l out3/l | tail -c 7
awk 'BEGIN { "echo piped" | getline x; print x }'; sed -n '$=' a
hello; type -P hello | sed 's/.*-//'; ls -d /gnu/store/*-hello-* | wc -l
