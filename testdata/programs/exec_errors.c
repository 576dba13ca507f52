// What execve says of files that cannot be executed. The error must come from
// execve itself: after it the caller must still be there to report it.
//
// usage: exec_errors ITEM SCRATCH
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

extern char** environ;
static const char* item;

static void Try(const char* what, const char* path, char** argv) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    execve(path, argv, environ);
    Say(what, "%s", ErrnoName(errno));
    fflush(stdout);
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  // A program that did start, or a caller that did not survive.
  if (status) Say(what, "wait status %#x", status);
}

static void TryFile(const char* what, const char* path) {
  char* argv[] = {"name", "argument", NULL};
  Try(what, path, argv);
}

static void TryInStore(const char* what, const char* name) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/%s", item, name);
  TryFile(what, path);
}

static void Write(const char* name, const void* data, size_t size, int mode) {
  unlink(name);
  const int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, mode);
  if (fd < 0 || write(fd, data, size) != (ssize_t)size || fchmod(fd, mode)) {
    Die("cannot write %s", name);
  }
  close(fd);
}

static void TryText(const char* what, const char* text) {
  Write("script", text, strlen(text), 0755);
  TryFile(what, "./script");
}

static void Texts(void) {
  char text[8192];
  TryText("text", "echo not a program\n");
  TryText("empty file", "");
  TryText("#! alone", "#!\n");
  TryText("#! and spaces", "#!   \n");
  TryText("missing interpreter", "#!/gnu/store/missing/bin/sh\n");
  TryText("missing host interpreter", "#!/usr/bin/no-such-interpreter\n");
  TryText("directory as interpreter", "#!/gnu/store\n");
  snprintf(text, sizeof(text), "#!%s/share/data.txt\n", item);
  TryText("data as interpreter", text);
  snprintf(text, sizeof(text), "#!%s/bin/identity\r\n", item);
  TryText("interpreter with a carriage return", text);
  snprintf(text, sizeof(text), "#!%s/share/loop\n", item);
  TryText("link loop as interpreter", text);
  TryText("itself as interpreter", "#!./script\n");
  // Six scripts in a row are one too many; whether the last one's interpreter
  // is there is found out before.
  char name[32];
  for (int i = 1; i <= 6; ++i) {
    snprintf(text, sizeof(text), "#!./script%d\n", i + 1);
    snprintf(name, sizeof(name), "script%d", i);
    Write(name, text, strlen(text), 0755);
  }
  TryFile("six scripts, and nothing", "./script1");
  Write("script7", "", 0, 0755);
  TryFile("six scripts, and an empty file", "./script1");
  TryFile("five scripts, and an empty file", "./script2");
  // The kernel reads 256 bytes: an interpreter that does not end there...
  memset(text, 'x', 300);
  memcpy(text, "#!/", 3);
  strcpy(text + 300, "\n");
  TryText("interpreter too long", text);
}

static void Programs(void) {
  Elf64_Ehdr header = {
      .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
      .e_type = ET_EXEC,
      .e_machine = EM_AARCH64,
      .e_version = EV_CURRENT,
      .e_phentsize = sizeof(Elf64_Phdr),
      .e_phnum = 1,
      .e_phoff = sizeof(Elf64_Ehdr),
      .e_ehsize = sizeof(Elf64_Ehdr)};
  char data[4096] = {0};
  memcpy(data, &header, sizeof(header));
  Write("foreign", data, sizeof(data), 0755);
  TryFile("another processor", "./foreign");
  Write("short", data, 10, 0755);
  TryFile("ELF of ten bytes", "./short");
  header.e_machine = EM_X86_64;
  header.e_phnum = 0;
  memcpy(data, &header, sizeof(header));
  Write("bare", data, sizeof(data), 0755);
  TryFile("ELF without segments", "./bare");
  TryInStore("missing loader", "bin/missing_loader");
}

static void Permissions(void) {
  char* argv[] = {"name", NULL};
  Write("plain", "#!/bin/sh\n", 10, 0644);
  TryFile("not executable", "./plain");
  TryInStore("not executable, in the store", "share/data.txt");
  mkdir("closed", 0700);
  Write("closed/program", "#!/bin/sh\n", 10, 0755);
  chmod("closed", 0);
  if (getuid() != 0) TryFile("closed directory", "closed/program");
  chmod("closed", 0700);
  Write("open", "#!/bin/sh\n", 10, 0755);
  const int fd = open("open", O_WRONLY);
  TryFile("open for writing", "./open");
  close(fd);
  Try("null", NULL, argv);
  Try("bad pointer", (const char*)8, argv);
  Try("bad arguments", "/bin/true", (char**)8);
}

static void TooBig(void) {
  // One string of 128 KiB is too much, and so are many that exceed a quarter
  // of the stack's limit.
  char* big = malloc(131073);
  memset(big, 'x', 131072);
  big[131072] = 0;
  char path[4096];
  snprintf(path, sizeof(path), "%s/bin/ending", item);
  char* one[] = {path, big, NULL};
  Try("argument of 128 KiB", path, one);
  static char* many[3000000];
  for (size_t i = 0; i < 2999999; ++i) many[i] = "many";
  Try("three million arguments", path, many);
  static char* fit[20001];
  for (size_t i = 0; i < 20000; ++i) fit[i] = "twenty thousand arguments fit";
  fit[1] = "exit";
  fit[2] = "7";
  Try("twenty thousand arguments", path, fit);
}

int main(int argc, char** argv) {
  if (argc < 3) Die("usage: exec_errors ITEM SCRATCH");
  item = argv[1];
  if (chdir(argv[2])) Die("cannot go to %s", argv[2]);
  TryFile("missing", "/gnu/store/missing");
  TryFile("missing on the host", "/usr/bin/no-such-program");
  TryFile("empty path", "");
  TryFile("directory", "/gnu/store");
  TryFile("root", "/");
  TryFile("host directory", "/usr/bin");
  TryInStore("below a file", "bin/identity/x");
  TryInStore("slash behind a file", "bin/identity/");
  TryInStore("link loop", "share/loop");
  TryInStore("dangling link", "share/dangling");
  char name[400];
  memset(name, 'x', sizeof(name));
  name[399] = 0;
  TryFile("name too long", name);
  Texts();
  Programs();
  Permissions();
  TooBig();
  return 0;
}
