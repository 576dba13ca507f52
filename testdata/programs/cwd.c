// The working directory, in whatever state it was inherited.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

static void SayLink(const char* key, const char* path) {
  char text[8192];
  const ssize_t size = readlink(path, text, sizeof(text) - 1);
  if (size < 0) return SayResult(key, size);
  text[size] = 0;
  Say(key, "%s", text);
}

int main(void) {
  char text[8192];
  Say("getcwd", "%s", getcwd(text, sizeof(text)) ? text : ErrnoName(errno));
  SayLink("/proc/self/cwd", "/proc/self/cwd");
  struct stat here = {.st_nlink = 1};  // kept where stat is refused
  SayResult("stat .", stat(".", &here));
  Say("deleted", "%s", here.st_nlink == 0 ? "yes" : "no");
  SayResult("access ..", access("..", X_OK));
  SayResult("access file", access("file", R_OK));
  SayResult("stat of a missing file", access("missing", F_OK));
  const int fd = open("file", O_RDONLY);
  SayResult("open file", fd < 0 ? fd : 0);
  SayResult("make a file", mknod("new-file", S_IFREG | 0600, 0));
  SayResult("remove it", unlink("new-file"));
  DIR* list = opendir(".");
  Say("opendir .", "%s", list ? "ok" : ErrnoName(errno));
  char real[8192];
  Say("realpath .", "%s", realpath(".", real) ? real : ErrnoName(errno));
  Say("realpath file", "%s", realpath("file", real) ? real : ErrnoName(errno));
  SayResult("chdir ..", chdir(".."));
  Say("getcwd there", "%s",
      getcwd(text, sizeof(text)) ? text : ErrnoName(errno));
  return 0;
}
