strace -f -o trace sh -c 'ls -d /gnu/store; cat /gnu/none'; echo $?
grep -c 'exited with 1' trace; grep -c -e '--- SIGSYS' trace
kill -0 $$; strace -c -o /dev/null true; echo $?
