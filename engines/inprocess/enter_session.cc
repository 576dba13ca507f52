#include "engines/inprocess/enter_session.h"

#include <asm/unistd.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "base/bare/syscall.h"
#include "engines/inprocess/filter.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/dispatch.h"
#include "engines/intercept/payload_file.h"
#include "engines/intercept/session.h"
#include "engines/intercept/signal_action.h"
#include "engines/intercept/signals.h"
#include "engines/intercept/thread_x86_64.h"
#include "engines/view/layer.h"
#include "engines/view/map.h"

namespace relocatable {

constinit Session session;
bool can_read_thread_pointer;

namespace {

using bare::Str;
using bare::Syscall;

// The session's strings: the arguments they come from are the program's to
// overwrite.
char arena[128 * 1024];
size_t arena_used;
Mount session_mounts[kMaxSessionMounts];

// A launch has seen that the host has no way to a mount, nor what is below it.
bool IsOnAWay(const View& view, Str guest) {
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    if ((view.mounts[i].flags & kMountWay) != 0 &&
        IsAtOrBelow(guest, view.mounts[i].guest)) {
      return true;
    }
  }
  return false;
}

bool HidesHost(const View& view) {
  constexpr long kAtFdcwd = -100;
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    const char* const guest = view.mounts[i].guest;
    if (!IsOnAWay(view, guest) &&
        Syscall(__NR_faccessat, kAtFdcwd, guest, 0) == 0) {
      return true;
    }
  }
  return false;
}

void OpenSession(const Handover& h) {
  for (uint32_t i = 0; i < h.mount_count; ++i) {
    session_mounts[i] = {Keep(h.mounts[i].guest), Keep(h.mounts[i].host),
                         h.mounts[i].flags};
  }
  session.view = MakeView(Keep(h.root), session_mounts, h.mount_count);
  session.hides_host = HidesHost(session.view);
  session.view.layer_first = IsInLayer(session.view, h.program_host) ||
                             IsInLayer(session.view, h.interpreter_host);
  session.floor = h.floor == Floor::kToRaise ? Floor::kTraps : h.floor;
  session.patches_code =
      session.floor == Floor::kNone || session.floor == Floor::kTraps;
  session.stub = Keep(h.stub);
  session.twin_cache = Keep(h.twin_cache);
  const bool is_open = session.payload.directory == h.payload.directory;
  session.payload = h.payload;
  session.payload.directory = Keep(h.payload.directory);
  session.payload.file = Keep(h.payload.file);
  if (!is_open) OpenPayload();  // else before the program was looked for
  session.program_guest = Keep(h.program_guest);
  session.program_host = Keep(h.program_host);
}

}  // namespace

const char* Keep(Str text) {
  bare::Buffer kept(arena + arena_used, sizeof(arena) - arena_used);
  kept.Append(text);
  arena_used += kept.size() + 1;
  return kept.c_str();
}

Outcome EnterSession(const Handover& h, const InitialStack& stack) {
  static Filter filter;
  constexpr uint64_t kFsgsbase = 2;  // HWCAP2_FSGSBASE, asm/hwcap2.h
  can_read_thread_pointer = (AuxValue(stack, AT_HWCAP2) & kFsgsbase) != 0;
  OpenSession(h);
  FillInTable();
  if (session.floor != Floor::kTraps && session.floor != Floor::kNone) {
    OwnActions();
    return {};
  }
  TakeSignals(h.ignored_signals);
  if (h.floor != Floor::kToRaise) return {};
  BuildFilter(SECCOMP_RET_TRAP | kTrapData, filter);
  const int error = InstallFilter(filter);
  if (error == 0) return {};
  GiveSignalsBack();
  session.floor = Floor::kToRaise;
  return {Outcome::kRefused, "install a seccomp filter", error};
}

void ShowAsStarted(const InitialStack& stack, const ElfImage& program) {
  prctl_mm_map map = {};
  const uint64_t brk = static_cast<uint64_t>(Syscall(__NR_brk, 0));
  map.start_code = program.bias + program.low;
  map.end_code = program.bias + program.high;
  map.start_data = map.end_data = kInterceptBase;
  map.start_brk = map.brk = brk;
  map.start_stack = reinterpret_cast<uint64_t>(stack.start);
  map.arg_start = reinterpret_cast<uint64_t>(stack.argv[0]);
  const auto end_of = [](char* s) {
    return reinterpret_cast<uint64_t>(s) + bare::Length(s) + 1;
  };
  map.arg_end = end_of(stack.argv[stack.argc - 1]);
  map.env_start = stack.env_count > 0
                      ? reinterpret_cast<uint64_t>(stack.envp[0])
                      : map.arg_end;
  map.env_end = stack.env_count > 0 ? end_of(stack.envp[stack.env_count - 1])
                                    : map.arg_end;
  map.auxv = reinterpret_cast<__u64*>(stack.auxv);
  map.auxv_size = static_cast<uint32_t>(stack.aux_count * sizeof(Elf64_auxv_t));
  map.exe_fd = static_cast<uint32_t>(-1);
  Syscall(__NR_prctl, PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0);
}

void Die(const Handover& h, const char* what, long error) {
  bare::FixedBuffer<256> text;
  text.Append("relocatable: ").Append(EngineName(h)).Append(": cannot ");
  text.Append(what).Append(" (errno ");
  text.AppendNumber(static_cast<unsigned long>(error)).Append(")\n");
  Syscall(__NR_write, 2, text.c_str(), text.size());
  while (true) Syscall(__NR_exit_group, 125);
}

}  // namespace relocatable
