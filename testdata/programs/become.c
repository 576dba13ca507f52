// Becomes another program, and changes nothing on the way: what a pack can
// start is its own programs, and this one starts any.
//
//   become PROGRAM [ARG...]
#include <stdio.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  execv(argv[1], argv + 1);
  perror(argv[1]);
  return 127;
}
