// path_set.h - the paths that paths_read.c and paths_write.c try everything on,
// and the files they lead to.
//
// In a template "S" as the first component stands for the store item of these
// programs, "P" for the profile (whose bin is an absolute link into S), "T" for
// a scratch directory on the host, which is also the working directory.
#ifndef TESTDATA_PROGRAMS_PATH_SET_H_
#define TESTDATA_PROGRAMS_PATH_SET_H_

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

// Safe to write to: nothing of the host outside T can be reached by them.
static const char* const kStorePaths[] = {
    "S",
    "S/",
    "S/.",
    "S/..",
    "S/share/data.txt",
    "S/share/data.txt/",
    "S/share/data.txt/.",
    "S/share/data.txt/x",
    "S/share/../share//./data.txt",
    "S/share/missing",
    "S/share/missing/",
    "S/share/missing/x",
    "S/share/missing/../data.txt",
    "S/share/empty",
    "S/share/relative-link",
    "S/share/relative-link/",
    "S/share/relative-link/x",
    "S/share/absolute-link",
    "S/share/absolute-link/",
    "S/share/out-link",
    "S/share/out-dir-link/file",
    "S/share/out-dir-link/missing",
    "S/share/dangling",
    "S/share/dangling/x",
    "S/share/loop",
    "S/share/loop/x",
    "S/share/dir-link",
    "S/share/dir-link/",
    "S/share/dir-link/identity",
    "S/share/dir-link/missing",
    "S/share/dir-link/..",
    "S/share/dir-link/../share/data.txt",
    "S/share/up/share/data.txt",
    "P/bin/identity",
    "P/bin",
    "P/bin/",
    "P/bin/../share/data.txt",
    "/gnu/store/missing",
    "/gnu/store/missing/x",
    "//gnu//store///missing",
    "T/file",
    "T/file/",
    "T/file/x",
    "T/directory",
    "T/directory/",
    "T/directory/inner",
    "T/missing",
    "T/missing/",
    "T/to-store",
    "T/to-store/",
    "T/to-store-dir",
    "T/to-store-dir/",
    "T/to-store-dir/share/data.txt",
    "T/to-store-dir/share/missing",
    "T/to-store-dir/share/absolute-link",
    "T/to-store-dir/..",
    "T/to-missing-in-store",
    "T/to-missing-in-store/x",
    "T/loop-1",
    "T/loop-1/x",
    "T/relative-link",
    "T/fifo",
    "T/closed/inner",
    "file",
    "./directory/../file",
    "missing",
    "to-store",
    "to-store-dir/share/data.txt",
    "to-store-dir/share/missing",
    "",
};

// Only to be looked at.
static const char* const kHostPaths[] = {
    "/",
    "/.",
    "/..",
    "/../..",
    "//",
    "/gnu",
    "/gnu/",
    "/gnu/.",
    "/gnu/..",
    "/gnu/../..",
    "/gnu/missing",
    "/gnu/storeroom",
    "/gnu/store",
    "//gnu//store//",
    "/./gnu/./store/.",
    "/gnu/store/..",
    "/gnu/store/../store",
    "/usr/../gnu/store",
    "/missing/../gnu/store",
    "/etc/passwd/../../gnu/store",
    "/../gnu/store",
    "S/../../../etc/passwd",
    "/gnu/store/../../etc/passwd",
    "S/share/host-link",
    "/etc/passwd",
    "/etc/passwd/",
    "/etc/passwd/x",
    "/etc/missing",
    "/usr/bin/env",
    "/usr/lib",
    "/bin/sh",
    "/dev/null",
    "/proc/self/exe",
    "/proc/self/exe/",
    "/proc/self/cwd",
    "/proc/self/cwd/file",
    "/proc/self/cwd/to-store",
    "/proc/self/root/etc/passwd",
    "/proc/self/root/gnu/store",
    "/proc/self/fd/100",
    "/proc/self/fd/101/data.txt",
    "/proc/self/fd/101/../share/data.txt",
    "/dev/fd/100",
    "/proc/thread-self/fd/100",
    ".",
    "..",
    "./",
    "../../../../../../../../../../../gnu/store",
    "../../../../../../../../../../../etc/passwd",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *item, *profile, *scratch;

// The path that a template stands for, in static storage (two at a time).
static inline const char* Expand(const char* pattern) {
  static char buffers[2][8192];
  static int turn;
  char* out = buffers[turn ^= 1];
  const char* base = *pattern == 'S'   ? item
                     : *pattern == 'P' ? profile
                     : *pattern == 'T' ? scratch
                                       : NULL;
  if (base && (pattern[1] == '/' || !pattern[1])) {
    snprintf(out, 8192, "%s%s", base, pattern + 1);
  } else {
    snprintf(out, 8192, "%s", pattern);
  }
  return out;
}

static inline void MakeFile(const char* name, const char* text) {
  const int fd = openat(AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC, 0640);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) Die("cannot write %s", name);
  close(fd);
}

static inline void MakeLink(const char* target, const char* name) {
  if (symlink(target, name)) Die("cannot make the link %s", name);
}

// Makes the scratch files; removes whatever a system call may have added.
static inline void MakeScratch(void) {
  static const char* const kMade[] = {"directory/inner",
                                      "directory",
                                      "to-store",
                                      "to-store-dir",
                                      "to-missing-in-store",
                                      "loop-1",
                                      "loop-2",
                                      "relative-link",
                                      "fifo",
                                      "closed/inner",
                                      "new/inner",
                                      "new",
                                      "missing/inner",
                                      "missing",
                                      "file/inner",
                                      "file"};
  chmod("closed", 0700);
  chmod("directory", 0700);
  for (size_t i = 0; i < COUNT(kMade); ++i) {
    if (unlink(kMade[i])) rmdir(kMade[i]);
  }
  rmdir("new");
  rmdir("closed");
  rmdir("directory");
  MakeFile("file", "of the host\n");
  if (mkdir("directory", 0750)) Die("cannot make a directory");
  MakeFile("directory/inner", "inner\n");
  char target[4096];
  snprintf(target, sizeof(target), "%s/share/data.txt", item);
  MakeLink(target, "to-store");
  MakeLink(item, "to-store-dir");
  snprintf(target, sizeof(target), "%s/share/missing", item);
  MakeLink(target, "to-missing-in-store");
  MakeLink("loop-2", "loop-1");
  MakeLink("loop-1", "loop-2");
  MakeLink("directory/inner", "relative-link");
  if (mkfifo("fifo", 0600)) Die("cannot make a fifo");
  if (mkdir("closed", 0700)) Die("cannot make a directory");
  MakeFile("closed/inner", "inner\n");
  chmod("closed", 0);
}

// Reads the arguments ITEM PROFILE SCRATCH and goes to SCRATCH.
static inline void Begin(int argc, char** argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: %s ITEM PROFILE SCRATCH GROUP\n", argv[0]);
    exit(2);
  }
  item = argv[1];
  profile = argv[2];
  scratch = argv[3];
  if (chdir(scratch)) Die("cannot go to %s", scratch);
  umask(022);
  MakeScratch();
}

#endif  // TESTDATA_PROGRAMS_PATH_SET_H_
