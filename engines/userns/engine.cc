#include "engines/userns/engine.h"

#include "engines/userns/explain.h"
#include "engines/userns/probe.h"
#include "engines/userns/userns.h"

namespace relocatable {
namespace {

constexpr EngineTraits kTraits = {
    .name = "userns",
    .summary = "bind mounts in a user and mount namespace of its own",
    .serves_static_programs = true,
    .adds_a_process = false,
    .gives_no_new_privs = false,
    .serves_32_bit_programs = true,
};

class Userns final : public Engine {
 public:
  const EngineTraits& traits() const override { return kTraits; }

  Outcome TryExec(const Launch& launch) const override {
    return TryUserns(launch);
  }

  std::optional<Reason> Probe(const Host& host) const override {
    const std::optional<Outcome> refusal = userns::TryItOut();
    if (!refusal.has_value()) return std::nullopt;
    return userns::ExplainRefusal(*refusal, host);
  }

  Reason Explain(const Outcome& refusal, const Host& host) const override {
    return userns::ExplainRefusal(refusal, host);
  }
};

}  // namespace

const Engine& UsernsEngine() {
  static const Userns engine;
  return engine;
}

}  // namespace relocatable
