// Calls that pass by every wrapper of the C library that could be replaced from
// outside: made by the program itself, and by the library for its own ends.
// What replaces wrappers, as libfakechroot does, does not see them.
//
// usage: unwrapped ITEM
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "say.h"

static long Direct(long number, long a, long b, long c, long d) {
  register long fourth __asm__("r10") = d;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
}

// Aligned as -O2 aligns functions: a call is only patched in what is known to
// be one (engines/intercept/function_sites_x86_64.cc).
__attribute__((noinline, aligned(16))) static void Directly(const char* file) {
  char text[64] = "";
  const long fd = Direct(SYS_openat, AT_FDCWD, (long)file, O_RDONLY, 0);
  Say("direct openat", "%s", fd < 0 ? strerror((int)-fd) : "done");
  Say("direct read", "%ld", Direct(SYS_read, fd, (long)text, 63, 0));
  Say("direct text", "%s", text);
  Direct(SYS_close, fd, 0, 0, 0);
  Say("direct access", "%ld", Direct(SYS_access, (long)file, R_OK, 0, 0));
  Say("direct write", "%ld",
      Direct(SYS_openat, AT_FDCWD, (long)file, O_WRONLY, 0));
  Say("direct chdir", "%ld", Direct(SYS_chdir, (long)"/gnu/store", 0, 0, 0));
  Say("direct getcwd", "%ld", Direct(SYS_getcwd, (long)text, 63, 0, 0));
  Say("direct cwd", "%s", text);
}

static int seen;

static int Count(const char* path, const struct stat* s, int type,
                 struct FTW* where) {
  (void)path, (void)s, (void)where;
  seen += type == FTW_F;
  return 0;
}

static void WithinTheLibrary(const char* share, const char* file) {
  char pattern[4096], line[64] = "";
  snprintf(pattern, sizeof(pattern), "%s/d*t", share);
  glob_t found;
  Say("glob", "%d", glob(pattern, 0, NULL, &found));
  Say("glob found", "%s", found.gl_pathc > 0 ? found.gl_pathv[0] : "nothing");
  Say("nftw", "%d", nftw(share, Count, 8, FTW_PHYS));
  Say("files", "%s", seen > 0 ? "some" : "none");
  FILE* const stream = fopen(file, "re");
  Say("fopen", "%s", stream && fgets(line, sizeof(line), stream) ? line : "-");
  if (stream) fclose(stream);
  char* const real = realpath(file, NULL);
  Say("realpath", "%s", real ? real : strerror(errno));
  free(real);
  char command[4200];
  snprintf(command, sizeof(command), "read -r line <%s; echo \"$line\"", file);
  fflush(stdout);
  Say("system", "%d", system(command));
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: unwrapped ITEM\n");
    return 2;
  }
  char share[2048], file[2100];
  snprintf(share, sizeof(share), "%s/share", argv[1]);
  snprintf(file, sizeof(file), "%s/data.txt", share);
  WithinTheLibrary(share, file);
  Directly(file);
  return 0;
}
