// Reads a directory in every way that readers do: small buffers, seeking back,
// rewinding, a second descriptor of the same open directory. Prints its names,
// sorted, and "same" if each way gave them; and what stat says where d_type
// says another type.
//
//   list_directory DIR
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { kMost = 10000 };

struct names {
  char* name[kMost];
  int count;
};

static int by_name(const void* a, const void* b) {
  return strcmp(*(char* const*)a, *(char* const*)b);
}

static void sort(struct names* n) {
  qsort(n->name, n->count, sizeof(char*), by_name);
}

static int same(struct names* a, struct names* b) {
  sort(a);
  sort(b);
  if (a->count != b->count) return 0;
  for (int i = 0; i < a->count; ++i) {
    if (strcmp(a->name[i], b->name[i]) != 0) return 0;
  }
  return 1;
}

static void add(struct names* n, const char* name) {
  if (n->count < kMost) n->name[n->count++] = strdup(name);
}

static int type_of(const struct stat* st) { return (st->st_mode >> 12) & 15; }

static void read_all(DIR* dir, struct names* n) {
  n->count = 0;
  for (struct dirent* e; (e = readdir(dir)) != NULL;) add(n, e->d_name);
}

static void check_types(const char* path) {
  DIR* dir = opendir(path);
  for (struct dirent* e; (e = readdir(dir)) != NULL;) {
    struct stat st;
    if (fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
      printf("no %s\n", e->d_name);
    } else if (e->d_type != DT_UNKNOWN && e->d_type != type_of(&st)) {
      printf("type of %s: %d, not %d\n", e->d_name, e->d_type, type_of(&st));
    }
  }
  closedir(dir);
}

// With buffers that hold an entry or two.
static int read_small(const char* path, struct names* n) {
  char buffer[320];
  const int fd = open(path, O_RDONLY | O_DIRECTORY);
  const int other = dup(fd);
  long size;
  for (int i = 0; (size = syscall(SYS_getdents64, i % 2 ? other : fd, buffer,
                                  sizeof(buffer))) > 0;
       ++i) {
    for (long at = 0; at < size;) {
      struct dirent64* e = (struct dirent64*)(buffer + at);
      add(n, e->d_name);
      at += e->d_reclen;
    }
  }
  if (syscall(SYS_getdents64, fd, buffer, sizeof(buffer)) != 0) size = -1;
  close(other);
  close(fd);
  return size == 0;
}

// To every place that telldir gave, and the rest from there.
static int seek_everywhere(DIR* dir) {
  static long place[kMost];
  static struct names all, rest;
  int count = 0;
  all.count = 0;
  rewinddir(dir);
  for (struct dirent* e; count < kMost; ++count) {
    place[count] = telldir(dir);
    if ((e = readdir(dir)) == NULL) break;
    add(&all, e->d_name);
  }
  for (int i = count; i >= 0; --i) {
    seekdir(dir, place[i]);
    read_all(dir, &rest);
    if (rest.count != all.count - i) return 0;
    for (int k = 0; k < rest.count; ++k) {
      if (strcmp(rest.name[k], all.name[i + k]) != 0) return 0;
    }
  }
  return 1;
}

int main(int argc, char** argv) {
  static struct names plain, again, small;
  if (argc < 2) return 2;
  DIR* dir = opendir(argv[1]);
  if (dir == NULL) {
    perror(argv[1]);
    return 1;
  }
  read_all(dir, &plain);
  rewinddir(dir);
  read_all(dir, &again);
  const int sought = seek_everywhere(dir);
  closedir(dir);
  const int read = read_small(argv[1], &small);
  printf("%s", same(&plain, &again) ? "same" : "rewound: other");
  printf(" %s", sought ? "same" : "sought: other");
  printf(" %s\n", read && same(&plain, &small) ? "same" : "small: other");
  sort(&plain);
  for (int i = 0; i < plain.count; ++i) {
    if (i > 0 && strcmp(plain.name[i], plain.name[i - 1]) == 0)
      printf("twice ");
    if (plain.name[i][0] != '.') printf("%s\n", plain.name[i]);
  }
  check_types(argv[1]);
  return 0;
}
