#include "cli/launch/early.h"

#include <elf.h>

#include <new>

#include "base/bare/str.h"
#include "engines/intercept/session.h"
#include "engines/userns/userns.h"
#include "engines/view/layer.h"

alignas(relocatable::EarlyState) unsigned char reloc_early[sizeof(
    relocatable::EarlyState)];

namespace relocatable {
namespace {

Invocation ReadStack(long* stack) {
  Invocation invocation;
  const long argc = stack[0];
  invocation.argv = reinterpret_cast<char* const*>(stack + 1);
  invocation.envp = invocation.argv + argc + 1;
  char* const* end = invocation.envp;
  while (*end != nullptr) ++end;
  const Elf64_auxv_t* aux = reinterpret_cast<const Elf64_auxv_t*>(end + 1);
  for (; aux->a_type != AT_NULL; ++aux) {
    if (aux->a_type == AT_EXECFN) {
      invocation.execfn = reinterpret_cast<const char*>(aux->a_un.a_val);
    }
  }
  return invocation;
}

bool IsVerbose(char* const* envp) {
  const char* value = bare::GetEnv(envp, "RELOCATABLE_VERBOSE");
  return value != nullptr && value[0] != '\0' && !(bare::Str(value) == "0");
}

}  // namespace
}  // namespace relocatable

extern "C" void RelocatableEarly(long* stack, const char* hosted,
                                 unsigned long hosted_size) {
  using namespace relocatable;
  session.disposable = hosted;
  session.disposable_size = hosted_size;
  EarlyState& state = *new (reloc_early) EarlyState;
  state.ran = true;
  const Invocation invocation = ReadStack(stack);
  if (IsUsernsCrossing(invocation.argv)) {
    CrossUserns(invocation.argv, invocation.envp);
  }
  if (IsInprocessStart(invocation.argv)) {
    ContinueInprocess(stack);
    state.nested = true;
    return;
  }
  FindProgram(invocation, state.dispatch);
  if (state.dispatch.kind != Dispatch::kProgram) return;

  state.cannot_launch =
      LaunchFromTable(state.dispatch.table, state.dispatch.pack,
                      state.dispatch.name, state.space, state.launch);
  if (state.cannot_launch != nullptr) return;
  bare::Buffer(state.self, sizeof(state.self))
      .Append(state.dispatch.pack)
      .Append("/relocatable");
  state.launch.self = state.self;
  state.launch.argv = invocation.argv;
  state.launch.envp = invocation.envp;

  Chain chain;
  bare::Str unknown;
  if (IsVerbose(invocation.envp) ||
      !ParseChain(
          EngineWordsFrom(invocation.envp),
          HasLayer(state.launch.view.mounts, state.launch.view.mount_count),
          chain, unknown)) {
    return;  // there is something to say, and libc says it
  }
  state.launch.initial_stack = stack;
  ExecThrough(chain, state.launch, state.attempts);
  state.launch.initial_stack = nullptr;  // from here on libc is on it
}

extern "C" void RelocatableExecThrough(const relocatable::Chain* chain,
                                       const relocatable::Launch* launch,
                                       relocatable::Attempts* attempts) {
  relocatable::ExecThrough(*chain, *launch, *attempts);
}

extern "C" void RelocatableDescribeLoaderStart(
    const relocatable::Launch* launch, relocatable::LoaderStart* start,
    relocatable::Outcome* outcome) {
  *outcome = relocatable::DescribeLoaderStart(*launch, *start);
}
