b=/usr/bin/busybox; [ -e $b ] || b=/bin/busybox
$b ls -d /gnu/store; $b sh -c 'cd /gnu/store && pwd; echo *-hello-* | wc -w'
$b find /gnu/store -maxdepth 1 -name '*-hello-*' | $b wc -l
mkdir d; $b cp $b d; d/busybox echo copied; $b readlink -f /gnu/store/.
$b stat -c %F /gnu/store; $b touch /gnu/store/none; echo $?
$b tar -c -f t.tar d && $b tar -t -f t.tar
$b time true 2>/dev/null; $b env -i $b sh -c '$0 env' $b
