cat > Makefile <<'M'
prog: a.o b.o
	gcc -o $@ $^ -lm
%.o: %.c h.h
	gcc -O2 -g -c -o $@ $<
M
echo 'int f(int);' > h.h
printf '#include <stdio.h>\n#include "h.h"\nint main(){printf("%%d\\n",f(6));}\n' > a.c
printf '#include <math.h>\n#include "h.h"\nint f(int x){return (int)sqrt(x*x*49);}\n' > b.c
make -j2 -s && ./prog && make && touch h.h && make -n | wc -l
gcc -E -dM - < /dev/null | wc -l; gcc -print-file-name=libc.so.6 | tail -c 10
gcc -static -o st a.c b.c -lm && ./st; ldd ./prog | grep -c /gnu/store
echo 'syntax error' > bad.c; gcc -c bad.c; echo $?
objdump -d prog | grep -c call; ar rc l.a a.o && ranlib l.a && nm l.a | wc -l
