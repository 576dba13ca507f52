#include "engines/proot/engine.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "engines/proot/attach.h"
#include "engines/proot/explain.h"
#include "engines/proot/proot.h"

namespace relocatable {
namespace {

constexpr EngineTraits kTraits = {
    .name = "proot",
    .summary = "system calls with paths stopped by a tracer (ptrace)",
    .serves_static_programs = true,
    .adds_a_process = true,
    .gives_no_new_privs = true,
};

// Attaches a tracer to a child; the step that failed is of static storage, so
// that the child's word holds here.
std::optional<Outcome> TryTracer() {
  int ends[2];
  if (pipe(ends) != 0)
    return Outcome{Outcome::kRefused, "make a pipe to a tracer", errno};
  const pid_t child = fork();
  if (child == 0) {
    Floor floor;
    const Outcome outcome = AttachTracer(floor);
    const ssize_t written = write(ends[1], &outcome, sizeof(outcome));
    _exit(written == sizeof(outcome) ? 0 : 1);
  }
  const int fork_error = errno;
  close(ends[1]);
  Outcome outcome = {Outcome::kRefused, "be traced with ptrace", EPERM};
  if (child < 0) {
    outcome = {Outcome::kRefused, "start a tracer", fork_error};
  } else {
    // Less is read if the child was killed for what it did.
    ssize_t got;
    do {
      got = read(ends[0], &outcome, sizeof(outcome));
    } while (got < 0 && errno == EINTR);
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close(ends[0]);
  if (outcome.error == 0) return std::nullopt;
  return outcome;
}

class Proot final : public Engine {
 public:
  const EngineTraits& traits() const override { return kTraits; }

  Outcome TryExec(const Launch& launch) const override {
    return TryProot(launch);
  }

  std::optional<Reason> Probe(const Host& host) const override {
    const std::optional<Outcome> refusal = TryTracer();
    if (!refusal.has_value()) return std::nullopt;
    return ExplainProot(*refusal, host);
  }

  Reason Explain(const Outcome& refusal, const Host& host) const override {
    return ExplainProot(refusal, host);
  }
};

}  // namespace

const Engine& ProotEngine() {
  static const Proot engine;
  return engine;
}

}  // namespace relocatable
