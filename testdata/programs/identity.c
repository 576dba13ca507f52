// Who the program is, from every side it can be asked: argv, the auxiliary
// vector, /proc and the environment must all tell the same as after a plain
// execve, and the ELF header in memory must be that of /proc/self/exe.
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "say.h"

extern char** environ;

static size_t ReadAll(const char* path, char* buffer, size_t size) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) Die("cannot open %s", path);
  size_t got = 0;
  for (ssize_t n; (n = read(fd, buffer + got, size - got)) > 0;) got += n;
  close(fd);
  return got;
}

// Whether the file holds the strings of `list`, each with its final NUL.
static const char* Same(const char* path, char** list) {
  static char buffer[1 << 20];
  const size_t size = ReadAll(path, buffer, sizeof(buffer));
  const char* at = buffer;
  for (; *list; ++list) {
    const size_t length = strlen(*list) + 1;
    if (at + length > buffer + size || memcmp(at, *list, length)) return "no";
    at += length;
  }
  return at == buffer + size ? "yes" : "more";
}

static void SayLink(const char* key, const char* path) {
  char target[4096];
  const ssize_t size = readlink(path, target, sizeof(target) - 1);
  if (size < 0) {
    SayResult(key, size);
  } else {
    target[size] = 0;
    Say(key, "%s", target);
  }
}

// /proc/self/auxv, which debuggers read, against the vector on the stack. (A
// libc changes some entries for its own use, so not all are compared.)
static const char* SameVector(void) {
  static const unsigned long kTypes[] = {AT_PHDR,   AT_PHNUM,       AT_BASE,
                                         AT_ENTRY,  AT_EXECFN,      AT_RANDOM,
                                         AT_PAGESZ, AT_SYSINFO_EHDR};
  static char buffer[4096];
  const size_t size = ReadAll("/proc/self/auxv", buffer, sizeof(buffer));
  const Elf64_auxv_t* end = (const Elf64_auxv_t*)(buffer + size);
  for (size_t i = 0; i < sizeof(kTypes) / sizeof(kTypes[0]); ++i) {
    const Elf64_auxv_t* entry = (const Elf64_auxv_t*)buffer;
    while (entry < end && entry->a_type != kTypes[i]) ++entry;
    const unsigned long value = entry < end ? entry->a_un.a_val : 0;
    if (value != getauxval(kTypes[i])) return "no";
  }
  return "yes";
}

static const char* HeaderIsThatOf(const char* path) {
  Elf64_Ehdr header;
  if (ReadAll(path, (char*)&header, sizeof(header)) != sizeof(header)) {
    return "short";
  }
  const char* memory = (const char*)getauxval(AT_PHDR) - header.e_phoff;
  return memcmp(memory, &header, sizeof(header)) == 0 ? "yes" : "no";
}

int main(int argc, char** argv) {
  char key[32], comm[17] = "";
  for (int i = 0; i < argc; ++i) {
    snprintf(key, sizeof(key), "argv.%d", i);
    Say(key, "%s", argv[i]);
  }
  Say("execfn", "%s", (const char*)getauxval(AT_EXECFN));
  SayLink("exe", "/proc/self/exe");
  prctl(PR_GET_NAME, comm);
  Say("comm", "%s", comm);
  Say("cmdline is argv", "%s", Same("/proc/self/cmdline", argv));
  Say("environ is envp", "%s", Same("/proc/self/environ", environ));
  Say("auxv is auxv", "%s", SameVector());
  Say("exe is in memory", "%s", HeaderIsThatOf("/proc/self/exe"));
  Say("has an interpreter", "%s", getauxval(AT_BASE) ? "yes" : "no");
  Say("secure", "%lu", getauxval(AT_SECURE));
  for (int i = 0; environ[i]; ++i) {
    snprintf(key, sizeof(key), "environ.%d", i);
    Say(key, "%s", environ[i]);
  }
  return 0;
}
