cat > p.c <<'C'
#include <stdio.h>
#include <unistd.h>
int look(const char* path) { return access(path, F_OK); }
int main(int argc, char** argv) {
  printf("%d\n", look("/gnu/store"));
  while (argc > 1 && look("/gnu/none") != 0) usleep(1000);
  return 3;
}
C
gcc -g -no-pie -o fixed p.c; gcc -g -fPIE -pie -o p p.c
show() {
  gdb -nx -q -batch "$@" 2>&1 |
    sed -n 's/process [0-9]*/process N/; /^Breakpoint\|^#\|exited\|signal\|ptrace/p'
}
for program in ./p ./fixed; do
  show -ex 'break look' -ex run -ex backtrace -ex continue $program |
    sed 's/0x[0-9a-f]*/X/g'
done
./p loop & pid=$!; sleep 0.3
show -p $pid -ex 'break look' -ex continue -ex backtrace -ex detach |
  sed -n 's/0x[0-9a-f]*/X/g; /look/p; /main/p'
kill $pid; wait $pid; echo $?
show -ex 'catch syscall exit_group' -ex run ./p
