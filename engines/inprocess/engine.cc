#include "engines/inprocess/engine.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engines/inprocess/inprocess.h"
#include "engines/inprocess/self_test.h"
#include "engines/intercept/memory_range.h"

namespace relocatable {
namespace {

constexpr EngineTraits kTraits = {
    .name = "inprocess",
    .summary = "system calls with paths trapped and translated in the process",
    .serves_static_programs = true,
    .adds_a_process = false,
    .gives_no_new_privs = true,
    .reserved = {kInterceptBase, kInterceptEnd},
};

Reason Words(const Outcome& refusal) {
  Reason reason;
  reason.what =
      absl::StrCat("cannot ", refusal.step, ": ", std::strerror(refusal.error));
  if (absl::string_view(refusal.step).find("seccomp") ==
      absl::string_view::npos) {
    return reason;
  }
  if (refusal.error == ENOSYS || refusal.error == EINVAL) {
    reason.remedy = "a kernel with CONFIG_SECCOMP_FILTER has them";
  } else if (refusal.error == EPERM || refusal.error == EACCES) {
    reason.remedy =
        "the container's seccomp profile forbids it; Docker's default profile "
        "does not";
  }
  return reason;
}

class Inprocess final : public Engine {
 public:
  const EngineTraits& traits() const override { return kTraits; }

  Outcome TryExec(const Launch& launch) const override {
    return TryInprocess(launch);
  }

  std::optional<Reason> Probe(const Host&) const override {
    const std::optional<Outcome> refusal = TestTraps();
    if (!refusal.has_value()) return std::nullopt;
    return Words(*refusal);
  }

  Reason Explain(const Outcome& refusal, const Host&) const override {
    return Words(refusal);
  }
};

}  // namespace

const Engine& InprocessEngine() {
  static const Inprocess engine;
  return engine;
}

}  // namespace relocatable
