#include "pack/interrupt.h"

#include <signal.h>

#include <thread>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

void (*Handler(int signal))(int) {
  struct sigaction action;
  sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

class Interrupts : public ::testing::TestWithParam<int> {};

TEST_P(Interrupts, AreNotedOnce) {
  {
    const CatchInterrupts guard;
    EXPECT_TRUE(CheckInterrupted().ok());
    raise(GetParam());
    EXPECT_EQ(CaughtInterrupt(), GetParam());
    EXPECT_EQ(CheckInterrupted().code(), absl::StatusCode::kCancelled);
    // A second one would kill.
    EXPECT_EQ(Handler(GetParam()), SIG_DFL);
  }
  EXPECT_EQ(Handler(GetParam()), SIG_DFL);
  EXPECT_TRUE(CheckInterrupted().ok());
}

INSTANTIATE_TEST_SUITE_P(Signals, Interrupts,
                         ::testing::Values(SIGINT, SIGTERM, SIGHUP),
                         ::testing::PrintToStringParamName());

TEST(CatchInterrupts, LeavesAnIgnoredSignalAlone) {
  signal(SIGHUP, SIG_IGN);
  {
    const CatchInterrupts guard;
    raise(SIGHUP);
    EXPECT_TRUE(CheckInterrupted().ok());
    EXPECT_EQ(Handler(SIGHUP), SIG_IGN);
  }
  EXPECT_EQ(Handler(SIGHUP), SIG_IGN);
  signal(SIGHUP, SIG_DFL);
}

// A write to a pipe that nobody reads must end.
TEST(CatchInterrupts, SystemCallsAreNotRestarted) {
  const CatchInterrupts guard;
  struct sigaction action;
  sigaction(SIGINT, nullptr, &action);
  EXPECT_EQ(action.sa_flags & SA_RESTART, 0);
}

TEST(LeaveInterruptsToMainThread, BlocksThemInThisThreadOnly) {
  sigset_t helper, own;
  std::thread([&helper] {
    LeaveInterruptsToMainThread();
    pthread_sigmask(SIG_BLOCK, nullptr, &helper);
  }).join();
  pthread_sigmask(SIG_BLOCK, nullptr, &own);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    EXPECT_EQ(sigismember(&helper, signal), 1);
    EXPECT_EQ(sigismember(&own, signal), 0);
  }
  EXPECT_EQ(sigismember(&helper, SIGSEGV), 0);
}

}  // namespace
}  // namespace relocatable
