// probe - what a program can see of where it runs: the store's smallest item.
//
//   probe             argv[0], its own file, and the greeting in the store
//   probe maps        what is mapped into it
//   probe run PROG... starts a program of the store
//
// It is linked in every way there is (with glibc and musl, static and not), to
// show that a way of starting programs serves them all.

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef GREETING
#define GREETING "/does/not/exist"
#endif

static int Print(const char* path) {
  char line[4096];
  FILE* file = fopen(path, "r");
  if (file == NULL) {
    perror(path);
    return 1;
  }
  while (fgets(line, sizeof(line), file) != NULL) fputs(line, stdout);
  fclose(file);
  return 0;
}

int main(int argc, char** argv) {
  char self[4096];
  ssize_t size;
  if (argc > 1 && strcmp(argv[1], "maps") == 0) return Print("/proc/self/maps");
  if (argc > 2 && strcmp(argv[1], "run") == 0) {
    execv(argv[2], argv + 2);
    perror(argv[2]);
    return 127;
  }
  size = readlink("/proc/self/exe", self, sizeof(self) - 1);
  self[size > 0 ? size : 0] = '\0';
  printf("argv0: %s\nexe: %s\n", argv[0], self);
  return Print(GREETING);
}
