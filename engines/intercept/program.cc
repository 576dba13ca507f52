#include "engines/intercept/program.h"

#include <asm/stat.h>
#include <asm/unistd.h>
#include <elf.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/memory_range.h"
#include "engines/intercept/privilege.h"
#include "engines/view/layer.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100, kAtEmptyPath = 0x1000,
               kAtSymlinkNofollow = 0x100;
constexpr int kReadOnly = 02004000;  // O_RDONLY | O_CLOEXEC | O_NONBLOCK
constexpr char kDescriptors[] = "/proc/self/fd/";

struct Descriptor {
  long fd = -1;
  ~Descriptor() {
    if (fd >= 0) Syscall(__NR_close, fd);
  }
};

// Whether the kernel would execute a file, in its own words: an exec whose
// arguments cannot be read. It opens the file first, with all it asks of one
// (regular, executable, on no noexec mount, not open for writing: fs/exec.c,
// do_open_execat), then counts the arguments, and stops there with EFAULT.
int AskKernel(long dirfd, const char* path, long flags) {
  const uint64_t nowhere = ~uint64_t{7};  // an address no program has
  const long error =
      Syscall(__NR_execveat, dirfd, path, nowhere, nullptr, flags);
  return error == -EFAULT ? 0 : static_cast<int>(-error);
}

// 0, an errno, or kUnreadable for what may be executed but not read: it is we
// who map it.
constexpr int kUnreadable = -1;
int OpenExecutable(const char* host, bool follow, Descriptor& file) {
  if (const int error =
          AskKernel(kAtFdcwd, host, follow ? 0 : kAtSymlinkNofollow)) {
    return error;
  }
  file.fd = Syscall(__NR_openat, kAtFdcwd, host, kReadOnly, 0);
  if (file.fd == -EACCES) return kUnreadable;
  return file.fd < 0 ? static_cast<int>(-file.fd) : 0;
}

bool Reads(long fd, void* to, size_t size, uint64_t at) {
  return Syscall(__NR_pread64, fd, to, size, at) == static_cast<long>(size);
}

bool IsElf(const Elf64_Ehdr& header) {
  return Str(reinterpret_cast<const char*>(header.e_ident), SELFMAG) ==
         Str(ELFMAG, SELFMAG);
}

int ReadInterpreter(long fd, const Elf64_Phdr& segment, bare::Buffer& to) {
  char text[kPathCapacity];
  const size_t size = segment.p_filesz;
  if (size < 2 || size > sizeof(text)) return ENOEXEC;
  if (!Reads(fd, text, size, segment.p_offset)) return EIO;
  if (text[size - 1] != '\0') return ENOEXEC;
  to.Append(text);
  return 0;
}

bool HoldsInterceptor(long fd, const Elf64_Phdr& segment) {
  InterceptAbi abi;
  return segment.p_filesz >= sizeof(abi) &&
         Reads(fd, &abi, sizeof(abi), segment.p_offset) &&
         abi.magic == kInterceptMagic;
}

// The checks of load_elf_binary (fs/binfmt_elf.c) before its point of no
// return, and ours: a program at fixed addresses that are the interceptor's
// cannot be mapped.
int ReadSegments(long fd, const Elf64_Ehdr& header, Program& program) {
  bare::Buffer& interpreter = program.interpreter;
  Elf64_Phdr segments[kMaxSegments];
  if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0 ||
      header.e_phnum > kMaxSegments ||
      !Reads(fd, segments, header.e_phnum * sizeof(Elf64_Phdr),
             header.e_phoff)) {
    return ENOEXEC;
  }
  for (int i = 0; i < header.e_phnum; ++i) {
    const Elf64_Phdr& p = segments[i];
    if (p.p_type == PT_INTERP && interpreter.size() == 0) {
      if (const int error = ReadInterpreter(fd, p, interpreter)) return error;
    }
    if (p.p_type == PT_LOAD && header.e_type == ET_EXEC &&
        OverlapsInterceptor(p.p_vaddr, p.p_memsz)) {
      if (p.p_vaddr == kInterceptBase && HoldsInterceptor(fd, p)) {
        program.kind = Program::kStub;
      }
      if (program.kind != Program::kStub) return ENOEXEC;
    }
  }
  return 0;
}

int FindInterpreter(Program& program) {
  if (program.interpreter.size() == 0) return 0;
  PathRequest request;
  request.path = program.interpreter.c_str();
  request.seen_by = program.seen_by;
  Place place;
  int found = TranslateExactly(request, place);
  // A program that was compiled by the layer's compiler, on a host with another
  // libc: it can only run with the layer's.
  if (found == ENOENT && session.view.layer != nullptr) {
    request.seen_by = PathRequest::kProgramOfLayer;
    found = TranslateExactly(request, place);
  }
  if (found != 0) return found;
  if (place.only_in_view) return EACCES;
  Descriptor file;
  if (const int error = OpenExecutable(place.path, true, file)) {
    return error == kUnreadable ? EACCES : error;
  }
  Elf64_Ehdr header;
  if (!Reads(file.fd, &header, sizeof(header), 0)) return EIO;
  if (!IsElf(header) || header.e_machine != EM_X86_64) return ELIBBAD;
  program.interpreter_host.Append(place.path);
  return 0;
}

bool IsSameFile(const char* a, const char* b) {
  struct stat first, second;
  return Syscall(__NR_stat, a, &first) == 0 &&
         Syscall(__NR_stat, b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

// Whether the kernel can run the program as the view has it: it looks for the
// interpreter where the host has it.
bool HasHostInterpreter(const Program& program) {
  return program.interpreter.size() == 0 ||
         IsSameFile(program.interpreter.c_str(),
                    program.interpreter_host.c_str());
}

int TakeElf(long fd, const Elf64_Ehdr& header, Program& program) {
  if (header.e_machine == EM_386) {
    program.kind = Program::kElf32;
    return 0;
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64 ||
      (header.e_type != ET_EXEC && header.e_type != ET_DYN)) {
    return ENOEXEC;
  }
  if (const int error = ReadSegments(fd, header, program)) return error;
  if (const int error = FindInterpreter(program)) return error;
  if (session.floor == Floor::kNone && program.kind == Program::kElf64 &&
      GivesPrivilege(fd) && HasHostInterpreter(program)) {
    program.kind = Program::kPrivileged;
  }
  return 0;
}

// A file without a name is handed over open. High, where no program looks for
// its lowest free descriptor.
int KeepOpen(long fd, Program& program) {
  constexpr long kDup = 0, kLowest = 100;  // F_DUPFD
  program.kept_fd = Syscall(__NR_fcntl, fd, kDup, kLowest);
  if (program.kept_fd < 0) program.kept_fd = Syscall(__NR_dup, fd);
  if (program.kept_fd < 0) return static_cast<int>(-program.kept_fd);
  program.host.Clear();
  program.host.Append(kDescriptors)
      .AppendNumber(static_cast<unsigned long>(program.kept_fd));
  return 0;
}

// The name of an open file as /proc shows it to the program.
void NameOf(long fd, bare::Buffer& guest) {
  FixedBuffer<64> link;
  link.Append(kDescriptors).AppendNumber(static_cast<unsigned long>(fd));
  char text[kPathCapacity];
  const long size = ReadMagicLink(link.c_str(), text, sizeof(text));
  if (size > 0) guest.Append(Str(text, static_cast<size_t>(size)));
}

// Takes the file open at `fd` into `program`. If it is a script, `next` is what
// it names, and `more` is set.
int TakeFile(long fd, Program& program, PathRequest& next, bool& more) {
  union {
    Elf64_Ehdr header;
    char bytes[kScriptLine];
  } head = {};
  more = false;
  const long size = Syscall(__NR_pread64, fd, &head, sizeof(head), 0);
  if (size < 0) return static_cast<int>(-size);
  if (IsElf(head.header)) {
    const bool nameless = bare::StartsWith(program.host.str(), "/proc/");
    const int error = TakeElf(fd, head.header, program);
    const bool is_kept = nameless && program.kind != Program::kPrivileged;
    return error == 0 && is_kept ? KeepOpen(fd, program) : error;
  }
  if (!(Str(head.bytes, 2) == "#!")) return ENOEXEC;
  ScriptLine& line = program.scripts[program.script_count++];
  for (long i = 0; i < size; ++i) line.text[i] = head.bytes[i];
  line.text[size] = '\0';
  if (!ParseScriptLine(static_cast<size_t>(size), line)) return ENOEXEC;
  next = PathRequest();
  next.path = line.interpreter;
  if (program.seen_by == PathRequest::kProgramOfLayer) {
    next.seen_by = program.seen_by;
  }
  more = true;
  return 0;
}

// As OpenExecutable, for a place in the view; the program's names are set.
int OpenPlace(const PathRequest& request, Descriptor& file, Program& program) {
  Place place;
  if (const int error = TranslateExactly(request, place)) return error;
  if (place.only_in_view) return EACCES;
  program.host.Clear();
  program.host.Append(place.path);
  if (session.view.layer != nullptr) {
    program.seen_by = IsInLayer(session.view, program.host.str())
                          ? PathRequest::kProgramOfLayer
                          : PathRequest::kProgramOfHost;
  }
  const int error = OpenExecutable(place.path, request.follow, file);
  if (error == kUnreadable && session.floor == Floor::kNone) {
    program.kind = Program::kUnreadable;
    return 0;
  }
  if (error != 0) return error == kUnreadable ? EACCES : error;
  program.guest.Clear();
  if (bare::StartsWith(program.host.str(), "/proc/")) {
    NameOf(file.fd, program.guest);
  } else {
    program.guest.Append(place.guest.size() > 0 ? place.guest.str()
                                                : Str(place.path));
  }
  return 0;
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
  for (bool more = true; more;) {
    Descriptor file;
    int error = OpenPlace(next, file, program);
    if (error == 0 && program.script_count == kMaxScripts) error = ELOOP;
    if (error == 0 && program.kind == Program::kUnreadable) return 0;
    if (error == 0) error = TakeFile(file.fd, program, next, more);
    if (error != 0) return error;
  }
  return 0;
}

int FindProgramOf(long fd, Program& program) {
  if (const int error = AskKernel(fd, "", kAtEmptyPath)) return error;
  program.host.Append(kDescriptors)
      .AppendNumber(static_cast<unsigned long>(fd));
  Descriptor file;
  file.fd = Syscall(__NR_openat, kAtFdcwd, program.host.c_str(), kReadOnly, 0);
  if (file.fd == -EACCES && session.floor == Floor::kNone) {
    program.kind = Program::kUnreadable;
    return 0;
  }
  if (file.fd < 0) return static_cast<int>(-file.fd);
  NameOf(file.fd, program.guest);
  PathRequest next;
  bool more;
  const int error = TakeFile(file.fd, program, next, more);
  return error != 0 || !more ? error : FindProgram(next, program);
}

}  // namespace relocatable
