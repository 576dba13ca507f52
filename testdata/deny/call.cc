// call - makes one system call and prints how it ended, for deny's tests:
//
//   call [--child] NAME [ARG...]
//
// An ARG that is a number is one, any other word is a string. Prints "ok" or
// the errno's name. With --child a child makes the call; if that is killed:
// "signal N".
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "testdata/deny/names.h"

namespace relocatable::deny {
namespace {

long Word(const char* text) {
  char* end;
  const long number = strtol(text, &end, 0);
  return *text != '\0' && *end == '\0' ? number : reinterpret_cast<long>(text);
}

void Make(char** words) {
  long number = -1;
  for (const Name& call : CallNames()) {
    if (absl::string_view(call.name) == words[0]) number = call.value;
  }
  long arguments[6] = {};
  for (int i = 0; i < 6 && words[i + 1] != nullptr; ++i) {
    arguments[i] = Word(words[i + 1]);
  }
  const long result = syscall(number, arguments[0], arguments[1], arguments[2],
                              arguments[3], arguments[4], arguments[5]);
  const char* outcome = "ok";
  for (const Name& error : ErrnoNames()) {
    if (result == -1 && errno == error.value) outcome = error.name;
  }
  puts(outcome);
  fflush(stdout);
}

int Main(char** words) {
  if (absl::string_view(words[0]) != "--child") {
    Make(words);
    return 0;
  }
  if (fork() == 0) {
    Make(words + 1);
    _exit(0);
  }
  int status = 0;
  wait(&status);
  if (WIFSIGNALED(status)) printf("signal %d\n", WTERMSIG(status));
  return 0;
}

}  // namespace
}  // namespace relocatable::deny

int main(int argc, char** argv) {
  return argc < 2 ? 2 : relocatable::deny::Main(argv + 1);
}
