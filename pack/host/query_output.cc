#include "pack/host/query_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/fd.h"

namespace relocatable {
namespace {

constexpr int kCannotRun = 127;  // as a shell says it

[[noreturn]] void Become(const std::vector<std::string>& argv, int output,
                         int complaints) {
  std::vector<char*> words;
  for (const std::string& word : argv) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  setenv("LC_ALL", "C", 1);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null >= 0) dup2(null, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(complaints, STDERR_FILENO);
  execvp(words[0], words.data());
  _exit(kCannotRun);
}

std::string ReadAll(int fd) {
  std::string text;
  char buffer[65536];
  while (true) {
    const ssize_t got = read(fd, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer, got);
  }
}

std::string FirstLine(int fd) {
  lseek(fd, 0, SEEK_SET);
  const std::string text = ReadAll(fd);
  return text.substr(0, text.find('\n'));
}

}  // namespace

absl::StatusOr<std::string> QueryOutput(const std::vector<std::string>& argv) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return ErrnoError(errno, "cannot make a pipe");
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  const Fd complaints(memfd_create("complaints", MFD_CLOEXEC));
  const pid_t child = fork();
  if (child < 0) {
    return ErrnoError(errno, absl::StrCat("cannot run '", argv[0], "'"));
  }
  if (child == 0) Become(argv, write_end.get(), complaints.get());
  write_end = Fd();
  std::string output = ReadAll(read_end.get());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status == 0) return output;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kCannotRun) {
    return absl::NotFoundError(absl::StrCat("cannot run '", argv[0], "'"));
  }
  return absl::UnknownError(
      absl::StrCat("'", argv[0], "' says: ", FirstLine(complaints.get())));
}

}  // namespace relocatable
