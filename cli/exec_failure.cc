#include "cli/exec_failure.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/fd.h"

namespace relocatable {
namespace {

// The interpreter a `#!` line or PT_INTERP of the first page names, or "".
std::string InterpreterOf(absl::string_view head) {
  if (absl::string_view line = head; line.substr(0, 2) == "#!") {
    line = line.substr(2, line.find('\n') - 2);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return std::string(line.substr(0, line.find_first_of(" \t")));
  }
  Elf64_Ehdr header;
  if (head.size() < sizeof(header)) return "";
  memcpy(&header, head.data(), sizeof(header));
  if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "";
  for (size_t i = 0; i < header.e_phnum; ++i) {
    const uint64_t at = header.e_phoff + i * sizeof(Elf64_Phdr);
    Elf64_Phdr segment;
    if (header.e_phoff > head.size() || at + sizeof(segment) > head.size())
      break;
    memcpy(&segment, head.data() + at, sizeof(segment));
    if (segment.p_type != PT_INTERP || segment.p_offset >= head.size())
      continue;
    const absl::string_view text = head.substr(segment.p_offset);
    return std::string(text.substr(0, text.find('\0')));
  }
  return "";
}

bool IsForAnotherMachine(absl::string_view head) {
  Elf64_Ehdr header, self;
  if (head.size() < sizeof(header)) return false;
  memcpy(&header, head.data(), sizeof(header));
  const Fd fd(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (read(fd.get(), &self, sizeof(self)) != sizeof(self)) return false;
  return memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_machine != self.e_machine;
}

std::string Evidence(const char* program, int error) {
  const Fd fd(open(program, O_RDONLY | O_CLOEXEC));
  char buffer[4096];
  const ssize_t size = fd.ok() ? read(fd.get(), buffer, sizeof(buffer)) : -1;
  const absl::string_view head(buffer, size > 0 ? size : 0);
  if (error == ENOENT) {
    const std::string interpreter = InterpreterOf(head);
    if (!interpreter.empty() && access(interpreter.c_str(), F_OK) != 0) {
      return absl::StrCat(" (its interpreter '", interpreter,
                          "' does not exist)");
    }
  }
  if (error == ENOEXEC && IsForAnotherMachine(head)) {
    return " (it is for another processor; pack it for this one)";
  }
  if (error == EACCES) {
    struct statvfs fs;
    if (statvfs(program, &fs) == 0 && (fs.f_flag & ST_NOEXEC) != 0) {
      return " (its file system is mounted noexec; move it to another one)";
    }
    struct stat st;
    if (stat(program, &st) == 0 && S_ISDIR(st.st_mode)) {
      return " (it is a directory)";
    }
  }
  return "";
}

}  // namespace

std::string ExecFailure(const Launch& launch, const Outcome& outcome) {
  if (launch.cwd != nullptr && strcmp(outcome.step, "execute") != 0) {
    return std::string(
        ErrnoError(outcome.error,
                   absl::StrCat("cannot ", outcome.step, " '", launch.cwd, "'"))
            .message());
  }
  return absl::StrCat(
      ErrnoError(outcome.error,
                 absl::StrCat("cannot execute '", launch.program, "'"))
          .message(),
      Evidence(launch.program, outcome.error));
}

}  // namespace relocatable
