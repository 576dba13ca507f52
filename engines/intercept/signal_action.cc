#include "engines/intercept/signal_action.h"

#include <asm/unistd.h>

#include "base/bare/syscall.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr uint64_t kPage = 4096;

// The owner's pid, in a page that the kernel empties for a fork's child and
// shares with a vfork's: madvise(2), MADV_WIPEONFORK, Linux 4.14.
alignas(kPage) union {
  uint32_t owner;
  char page[kPage];
} kept;
bool is_kept;

}  // namespace

uint64_t SignalMask() {
  uint64_t mask = 0;
  Syscall(__NR_rt_sigprocmask, 0, nullptr, &mask, sizeof(mask));
  return mask;
}

void SetSignalMask(uint64_t mask) {
  constexpr int kSetmask = 2;  // SIG_SETMASK
  Syscall(__NR_rt_sigprocmask, kSetmask, &mask, nullptr, sizeof(mask));
}

void OwnActions() {
  constexpr int kWipeOnFork = 18;
  kept.owner = static_cast<uint32_t>(Syscall(__NR_getpid));
  is_kept = Syscall(__NR_madvise, &kept, kPage, kWipeOnFork) == 0;
}

bool OwnsActions() {
  const auto pid = static_cast<uint32_t>(Syscall(__NR_getpid));
  if (!is_kept || kept.owner == 0) kept.owner = pid;
  return kept.owner == pid;
}

}  // namespace relocatable
