sleep 10 & pid=$!
while [ "$(cat /proc/$pid/comm)" != sleep ]; do :; done
readlink /proc/$pid/exe /proc/self/exe /proc/$$/exe
ls -l /proc/$pid/exe | sed 's/.*->//'; cmp /proc/$pid/exe "$(type -P sleep)"
tr '\0' ' ' < /proc/$pid/cmdline; cd /proc/$pid; readlink exe cwd; cd "$OLDPWD"
kill $pid; wait $pid; echo $?
readlink /proc/$pid/exe; echo $?
