#include "pack/interrupt.h"

#include <pthread.h>

#include <atomic>

#include "absl/strings/str_cat.h"

namespace relocatable {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

// Read by helper threads too.
std::atomic<int> g_caught{0};
static_assert(std::atomic<int>::is_always_lock_free, "for a signal handler");

void Note(int signal) { g_caught = signal; }

}  // namespace

CatchInterrupts::CatchInterrupts() {
  g_caught = 0;
  struct sigaction action = {};
  action.sa_handler = Note;
  // Without SA_RESTART: a write to a pipe nobody reads must return.
  action.sa_flags = SA_RESETHAND;
  for (int i = 0; i < 3; ++i) {
    sigaction(kSignals[i], nullptr, &old_[i]);
    if (old_[i].sa_handler == SIG_IGN) continue;
    sigaction(kSignals[i], &action, nullptr);
  }
}

CatchInterrupts::~CatchInterrupts() {
  g_caught = 0;
  for (int i = 0; i < 3; ++i) sigaction(kSignals[i], &old_[i], nullptr);
}

int CaughtInterrupt() { return g_caught; }

absl::Status CheckInterrupted() {
  const int signal = g_caught;
  if (signal == 0) return absl::OkStatus();
  return absl::CancelledError(absl::StrCat("interrupted by signal ", signal));
}

void LeaveInterruptsToMainThread() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : kSignals) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace relocatable
