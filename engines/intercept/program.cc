#include "engines/intercept/program.h"

#include <asm/unistd.h>
#include <elf.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/bare/syscall.h"

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;
constexpr int kReadCloexec = 02000000;  // O_RDONLY | O_CLOEXEC
constexpr int kAtEaccess = 0x200;
constexpr long kNoexec = 8;  // ST_NOEXEC, statfs(2)

struct Descriptor {
  long fd;
  ~Descriptor() {
    if (fd >= 0) Syscall(__NR_close, fd);
  }
};

// statfs(2): f_flags is the eleventh word.
bool OnNoexecMount(long fd) {
  long words[15];
  return Syscall(__NR_fstatfs, fd, words) == 0 && (words[10] & kNoexec) != 0;
}

// Opens what may be executed: regular, executable, readable (it is we who map
// it).
int OpenExecutable(const char* host, Descriptor& file) {
  file.fd = Syscall(__NR_openat, kAtFdcwd, host, kReadCloexec, 0);
  if (file.fd < 0) return static_cast<int>(-file.fd);
  struct stat st;
  if (const long error = Syscall(__NR_fstat, file.fd, &st)) {
    return static_cast<int>(-error);
  }
  if (!S_ISREG(st.st_mode) || OnNoexecMount(file.fd)) return EACCES;
  long error = Syscall(__NR_faccessat2, kAtFdcwd, host, 1, kAtEaccess);
  if (error == -ENOSYS) error = Syscall(__NR_faccessat, kAtFdcwd, host, 1);
  return static_cast<int>(-error);
}

// PT_INTERP of an ELF file whose header is `header`.
int ReadInterpreter(long fd, const Elf64_Ehdr& header, bare::Buffer& to) {
  if (header.e_phentsize != sizeof(Elf64_Phdr)) return ENOEXEC;
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    const long at = static_cast<long>(header.e_phoff + i * sizeof(segment));
    if (Syscall(__NR_pread64, fd, &segment, sizeof(segment), at) !=
        static_cast<long>(sizeof(segment))) {
      return ENOEXEC;
    }
    if (segment.p_type != PT_INTERP) continue;
    char text[kPathCapacity];
    if (segment.p_filesz < 2 || segment.p_filesz > sizeof(text)) return ENOEXEC;
    const long size = static_cast<long>(segment.p_filesz);
    if (Syscall(__NR_pread64, fd, text, size, segment.p_offset) != size ||
        text[size - 1] != '\0') {
      return ENOEXEC;
    }
    to.Append(text);
    return 0;
  }
  return 0;
}

int FindInterpreter(Program& program) {
  if (program.interpreter.size() == 0) return 0;
  PathRequest request;
  request.path = program.interpreter.c_str();
  Place place;
  if (const int error = TranslateExactly(request, place)) return error;
  Descriptor file;
  if (const int error = OpenExecutable(place.path, file)) return error;
  Elf64_Ehdr header;
  if (Syscall(__NR_pread64, file.fd, &header, sizeof(header), 0) !=
          static_cast<long>(sizeof(header)) ||
      !(Str(reinterpret_cast<char*>(header.e_ident), SELFMAG) ==
        Str(ELFMAG, SELFMAG)) ||
      header.e_machine != EM_X86_64) {
    return ELIBBAD;
  }
  program.interpreter_host.Append(place.path);
  return 0;
}

int TakeElf(long fd, const Elf64_Ehdr& header, Program& program) {
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64) {
    program.kind = Program::kForeignElf;
    return 0;
  }
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN) return ENOEXEC;
  if (const int error = ReadInterpreter(fd, header, program.interpreter)) {
    return error;
  }
  return FindInterpreter(program);
}

}  // namespace

bool ParseScriptLine(size_t size, ScriptLine& line) {
  char* p = line.text + 2;
  char* end = line.text + size;
  char* stop = p;
  while (stop < end && *stop != '\n' && *stop != '\0') ++stop;
  const bool cut = stop == end && size == kScriptLine;
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (p < stop && blank(*p)) ++p;
  if (p == stop) return false;
  char* word_end = p;
  while (word_end < stop && !blank(*word_end)) ++word_end;
  // A name that the buffer's end may have cut is no name.
  if (cut && word_end == stop) return false;
  while (stop > word_end && blank(stop[-1])) --stop;
  *stop = '\0';
  line.interpreter = p;
  line.argument = nullptr;
  if (word_end < stop) {
    *word_end++ = '\0';
    while (blank(*word_end)) ++word_end;
    line.argument = word_end;
  }
  return true;
}

int FindProgram(const PathRequest& request, Program& program) {
  PathRequest next = request;
  while (true) {
    Place place;
    if (const int error = TranslateExactly(next, place)) return error;
    if (place.only_in_view) return EACCES;
    program.host.Clear();
    program.host.Append(place.path);
    program.guest.Clear();
    program.guest.Append(place.guest.size() > 0 ? place.guest.str()
                                                : Str(place.path));
    Descriptor file;
    if (const int error = OpenExecutable(place.path, file)) return error;
    union {
      Elf64_Ehdr header;
      char bytes[kScriptLine];
    } head = {};
    const long size = Syscall(__NR_pread64, file.fd, &head, sizeof(head), 0);
    if (size < 0) return static_cast<int>(-size);
    if (Str(head.bytes, SELFMAG) == Str(ELFMAG, SELFMAG)) {
      return TakeElf(file.fd, head.header, program);
    }
    if (!(Str(head.bytes, 2) == "#!")) return ENOEXEC;
    if (program.script_count == kMaxScripts) return ELOOP;
    ScriptLine& line = program.scripts[program.script_count++];
    for (long i = 0; i < size; ++i) line.text[i] = head.bytes[i];
    line.text[size] = '\0';
    if (!ParseScriptLine(static_cast<size_t>(size), line)) return ENOEXEC;
    next = PathRequest();
    next.path = line.interpreter;
  }
}

}  // namespace relocatable
