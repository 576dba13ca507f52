#include "engines/inprocess/initial_stack.h"

namespace relocatable {

InitialStack ReadInitialStack(long* start) {
  return ReadInitialStack(static_cast<size_t>(start[0]),
                          reinterpret_cast<char**>(start + 1));
}

InitialStack ReadInitialStack(size_t argc, char** argv) {
  InitialStack stack;
  stack.start = reinterpret_cast<long*>(argv - 1);
  stack.argc = argc;
  stack.argv = argv;
  stack.envp = stack.argv + stack.argc + 1;
  stack.env_count = 0;
  while (stack.envp[stack.env_count] != nullptr) ++stack.env_count;
  stack.auxv =
      reinterpret_cast<Elf64_auxv_t*>(stack.envp + stack.env_count + 1);
  stack.aux_count = 0;
  while (stack.auxv[stack.aux_count++].a_type != AT_NULL) {
  }
  return stack;
}

uint64_t AuxValue(const InitialStack& stack, uint64_t type) {
  for (size_t i = 0; i < stack.aux_count; ++i) {
    if (stack.auxv[i].a_type == type) return stack.auxv[i].a_un.a_val;
  }
  return 0;
}

InitialStack RebuildStack(const InitialStack& old, const char* const* argv,
                          size_t argc) {
  const size_t words = 1 + argc + 1 + old.env_count + 1 + 2 * old.aux_count;
  long* start = old.start - words;
  start = reinterpret_cast<long*>(reinterpret_cast<uint64_t>(start) & ~15ul);
  long* at = start;
  *at++ = static_cast<long>(argc);
  for (size_t i = 0; i < argc; ++i) *at++ = reinterpret_cast<long>(argv[i]);
  *at++ = 0;
  for (size_t i = 0; i < old.env_count; ++i) {
    *at++ = reinterpret_cast<long>(old.envp[i]);
  }
  *at++ = 0;
  const long* aux = reinterpret_cast<const long*>(old.auxv);
  for (size_t i = 0; i < 2 * old.aux_count; ++i) *at++ = aux[i];
  return ReadInitialStack(start);
}

void SetAux(InitialStack& stack, uint64_t type, uint64_t value) {
  for (size_t i = 0; i < stack.aux_count; ++i) {
    if (stack.auxv[i].a_type == type) stack.auxv[i].a_un.a_val = value;
  }
}

}  // namespace relocatable
