printf '#include <stdio.h>\n#include <unistd.h>\nint work(void) { return access("/gnu/store", F_OK); }\nint main(void) { printf("%%d\\n", work()); return 3; }\n' > p.c
gcc -g -o p p.c
gdb -nx -q -batch -ex run ./p 2>&1 | sed -n 's/process [0-9]*/process N/; /exited\|signal\|ptrace/p'
sleep 100 & pid=$!; sleep 0.3
gdb -nx -q -batch -p $pid -ex 'p $_siginfo' -ex detach 2>&1 |
  sed -n 's/process [0-9]*/process N/; /detached\|ptrace/p'
kill $pid; wait $pid; echo $?
