#include "engines/inprocess/prepare_program.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/start_door.h"
#include "engines/intercept/translate.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

int FindAt(const char* path, LaunchedProgram& p) {
  p.program.script_count = 0;
  p.program.interpreter.Clear();
  p.program.interpreter_host.Clear();
  PathRequest request;
  request.path = path;
  p.execfn.Clear();
  p.execfn.Append(path);
  return FindProgram(request, p.program);
}

// execvp(3)'s search, in the view.
int FindInPath(const Launch& launch, LaunchedProgram& p) {
  const char* path = bare::GetEnv(launch.envp, "PATH");
  Str rest(path != nullptr ? path : "/bin:/usr/bin");
  int found = ENOENT;
  for (bool more = true; more;) {
    const size_t colon = bare::Find(rest, ':');
    more = colon != bare::kNotFound;
    const Str dir = more ? rest.First(colon) : rest;
    if (more) rest = rest.From(colon + 1);
    FixedBuffer<kPathCapacity> candidate;
    if (!dir.empty()) candidate.Append(dir).Append("/");
    candidate.Append(launch.program);
    if (candidate.overflow()) continue;
    const int error = FindAt(candidate.c_str(), p);
    if (error == 0 || error == ENOEXEC) return error;
    if (error == EACCES) found = EACCES;
  }
  return found;
}

size_t Count(char* const* words) {
  size_t count = 0;
  while (words[count] != nullptr) ++count;
  return count;
}

}  // namespace

int PrepareProgram(const Launch& launch, LaunchedProgram& p) {
  const bool search =
      launch.search_path && bare::Find(launch.program, '/') == bare::kNotFound;
  int error = launch.program[0] == '\0' ? ENOENT
              : search                  ? FindInPath(launch, p)
                                        : FindAt(launch.program, p);
  FixedBuffer<kPathCapacity> text_file;
  const bool by_shell = error == ENOEXEC;
  if (by_shell) {
    text_file.Append(p.execfn.str());
    error = FindAt("/bin/sh", p);
  }
  if (error != 0) return error;
  if (p.program.kind == Program::kElf32) return ENOEXEC;

  const size_t capacity =
      kWordsBeforeArguments + Count(launch.argv) + 2 * kMaxScripts + 4;
  const long map =
      Syscall(__NR_mmap, nullptr, capacity * sizeof(char*) + kPathCapacity,
              PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map < 0 && map > -4096) return ENOMEM;
  char* strings = reinterpret_cast<char*>(map);
  p.words = reinterpret_cast<const char**>(strings + kPathCapacity);
  size_t n = kWordsBeforeArguments;
  const auto keep = [&](Str s) {
    bare::Buffer kept(strings, kPathCapacity);
    kept.Append(s);
    strings += kept.size() + 1;
    return kept.c_str();
  };
  for (int i = p.program.script_count; i-- > 0;) {
    p.words[n++] = keep(p.program.scripts[i].interpreter);
    if (p.program.scripts[i].argument != nullptr) {
      p.words[n++] = keep(p.program.scripts[i].argument);
    }
  }
  char* const* rest = launch.argv;
  if (by_shell) p.words[n++] = "/bin/sh";
  if (by_shell || p.program.script_count > 0) {
    p.words[n++] = keep(by_shell ? text_file.str() : p.execfn.str());
    if (*rest != nullptr) ++rest;
  }
  for (; *rest != nullptr; ++rest) p.words[n++] = *rest;
  p.words[n] = nullptr;
  p.word_count = n - kWordsBeforeArguments;
  return 0;
}

}  // namespace relocatable
