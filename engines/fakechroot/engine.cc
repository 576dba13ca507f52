#include "engines/fakechroot/engine.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engines/fakechroot/fakechroot.h"

namespace relocatable {
namespace {

constexpr EngineTraits kTraits = {
    .name = "fakechroot",
    .summary = "system calls of the program's code patched as it is mapped",
    // Those in which a system call can be patched; TryExec refuses the others.
    .serves_static_programs = true,
    .adds_a_process = false,
    .gives_no_new_privs = false,
    .may_start_by_loader = true,
};

constexpr char kChangeCode[] = "change code in memory and run it";

Reason Words(const Outcome& refusal) {
  Reason reason;
  reason.what =
      absl::StrCat("cannot ", refusal.step, ": ", std::strerror(refusal.error));
  if (absl::string_view(refusal.step) == kChangeCode) {
    reason.remedy = "a security policy forbids it, such as SELinux's execmem";
  }
  return reason;
}

class Fakechroot final : public Engine {
 public:
  const EngineTraits& traits() const override { return kTraits; }

  Outcome TryExec(const Launch& launch) const override {
    return TryFakechroot(launch);
  }

  std::optional<Reason> Probe(const Host&) const override {
    constexpr size_t kSize = 4096;
    void* page = mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
      return Words({Outcome::kRefused, kChangeCode, errno});
    }
    *static_cast<char*>(page) = 1;
    const int error =
        mprotect(page, kSize, PROT_READ | PROT_EXEC) == 0 ? 0 : errno;
    munmap(page, kSize);
    if (error == 0) return std::nullopt;
    return Words({Outcome::kRefused, kChangeCode, error});
  }

  Reason Explain(const Outcome& refusal, const Host&) const override {
    return Words(refusal);
  }
};

}  // namespace

const Engine& FakechrootEngine() {
  static const Fakechroot engine;
  return engine;
}

}  // namespace relocatable
