// audit/module.cc - the module that a program's ld.so loads first (--audit,
// rtld-audit(7)), and by which a program is started without this pack's binary:
// it brings the interceptor, and goes.
//
// ld.so has mapped the program by then, and nothing else. So this is early
// enough for each library to be found in the view, and for all code to be
// patched. la_version then answers 0: ld.so unmaps the module, and there is no
// auditing, which would make each call between libraries slower (glibc 2.31:
// 177 ns instead of 5.5).
//
// If the interceptor cannot be had, the program is started by the pack's
// binary, as programs that have no ld.so are.
#include <asm/unistd.h>
#include <stddef.h>
#include <sys/mman.h>

#include "audit/arguments.h"
#include "audit/core.h"
#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/intercept/attach.h"
#include "engines/intercept/handover.h"

namespace relocatable {
namespace {

using bare::Syscall;

AttachRequest request;
char text[kHandoverCapacity];

// Returns only if that fails, too.
void StartBy(const char* binary) {
  const long map =
      Syscall(__NR_mmap, nullptr, (request.argc + 2) * sizeof(char*),
              PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map < 0 && map > -4096) return;
  const char** words = reinterpret_cast<const char**>(map);
  words[0] = request.handover;
  words[1] = request.name;
  for (size_t i = 1; i <= request.argc; ++i) words[i + 1] = request.argv[i];
  Syscall(__NR_execve, binary, words, request.argv + request.argc + 1);
}

[[noreturn]] void Die() {
  constexpr char kWords[] =
      "relocatable: fakechroot: cannot bring the interceptor into the "
      "program\n";
  Syscall(__NR_write, 2, kWords, sizeof(kWords) - 1);
  while (true) Syscall(__NR_exit_group, 125);
}

void Attach(const void* linker) {
  if (request.argv == nullptr || !FindArguments(request)) return;
  request.linker = linker;
  bare::Buffer copy(text, sizeof(text));
  copy.Append(request.handover);
  Handover handover;
  if (!copy.overflow() && ReadHandover(text, handover)) {
    AttachFunction* const attach = MapInterceptor(handover.stub.data);
    if (attach != nullptr && attach(&request) == 0) return;
    StartBy(handover.stub.data);
  }
  Die();
}

}  // namespace
}  // namespace relocatable

// DT_INIT, which glibc gives what it gives main().
extern "C" __attribute__((visibility("hidden"))) void reloc_audit_init(
    int argc, char** argv) {
  relocatable::request.argc = static_cast<size_t>(argc);
  relocatable::request.argv = argv;
}

extern "C" __attribute__((visibility("default"))) unsigned la_version(
    unsigned) {
  relocatable::Attach(__builtin_return_address(0));
  return 0;
}
