#include "engines/intercept/start_door.h"

#include <asm/unistd.h>

#include "base/bare/syscall.h"
#include "engines/intercept/audit_module.h"
#include "engines/intercept/payload_lookup.h"
#include "engines/intercept/session.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

// ld.so takes --audit's argument for a list, with variables.
bool IsOneModule(Str path) {
  return bare::Find(path, ':') == bare::kNotFound &&
         bare::Find(path, '$') == bare::kNotFound;
}

bool AsksSomethingOfLoader(char* const* envp) {
  for (; envp != nullptr && *envp != nullptr; ++envp) {
    const char* const v = *envp;
    if (v[0] == 'L' && v[1] == 'D' && v[2] == '_') return true;
    if (v[0] == 'G' && bare::StartsWith(v, "GLIBC_TUNABLES=")) return true;
  }
  return false;
}

// ld.so takes the parts between colons for names of files whose RPATH does not
// count. An empty one is the program's.
bool CanBeInhibited(Str handover) {
  for (size_t i = 1; i < handover.size; ++i) {
    if (handover[i] == ':' && handover[i - 1] == ':') return false;
  }
  return true;
}

}  // namespace

bool PutLoaderWords(const Program& program, const char* module,
                    const char* handover, const char** words) {
  const char* const name = words[kWordsBeforeArguments];
  // The module moves the name to the others, over the handover.
  if (name == nullptr || bare::Length(name) >= bare::Length(handover) ||
      !CanBeInhibited(handover)) {
    return false;
  }
  const char* const first[] = {program.interpreter.c_str(),
                               "--inhibit-rpath",
                               name,
                               "--inhibit-rpath",
                               handover,
                               "--audit",
                               module,
                               program.host.c_str()};
  static_assert(sizeof(first) / sizeof(first[0]) == kWordsBeforeArguments + 1);
  for (size_t i = 0; i <= kWordsBeforeArguments; ++i) words[i] = first[i];
  return true;
}

bool GoesByLoader(const Program& program, Str stub, char* const* envp,
                  bare::Buffer& module) {
  constexpr long kAtFdcwd = -100, kMayRead = 4;  // R_OK
  if (session.floor != Floor::kNone || program.kind != Program::kElf64 ||
      program.interpreter_host.size() == 0 || program.kept_fd >= 0 ||
      !IsStartedByLoader(program.guest.str(), program.host.str()) ||
      AsksSomethingOfLoader(envp)) {
    return false;
  }
  FixedBuffer<kPathCapacity> binary;
  binary.Append(session.payload.directory).Append("/").Append(kPackBinary);
  module.Clear();
  module.Append(session.payload.directory).Append("/").Append(kAuditModule);
  return binary.str() == stub && !module.overflow() &&
         IsOneModule(module.str()) &&
         Syscall(__NR_faccessat, kAtFdcwd, module.c_str(), kMayRead) == 0;
}

long ExecProgramOfView(const Program& program, Doors doors, const char* stub,
                       const char* handover, const char** words,
                       char* const* envp) {
  FixedBuffer<kPathCapacity> module;
  const char* const name = words[kWordsBeforeArguments];
  if (doors == Doors::kBoth && GoesByLoader(program, stub, envp, module) &&
      PutLoaderWords(program, module.c_str(), handover, words)) {
    Syscall(__NR_execve, program.interpreter_host.c_str(), words, envp);
    words[kWordsBeforeArguments] = name;
  }
  words[kWordsBeforeArguments - 1] = handover;
  return Syscall(__NR_execve, stub, words + kWordsBeforeArguments - 1, envp);
}

}  // namespace relocatable
