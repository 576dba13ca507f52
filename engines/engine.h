// engines/engine.h - what an execution engine is.
//
// A packed program was linked to find its files under a fixed prefix, say
// /gnu/store. On the machine that runs it that prefix does not exist, and we
// may not create it. An engine is one way of making the program see it all the
// same, without privileges.
//
// An engine is two functions that keep no state between them:
//
//   TryExec  become the program, or return with this process as it was, so that
//            the next engine can be tried. Freestanding: the launcher calls it
//            before libc is initialised.
//   Probe    would it work here? Tries it, in a child.
//
// and the words for what TryExec reports. The engines, in the order of the
// chain `default`, are in engines/all.cc. To add one follow
// docs/adding-an-engine.md.
#ifndef ENGINES_ENGINE_H_
#define ENGINES_ENGINE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engines/host.h"
#include "engines/launch.h"

namespace relocatable {

// Addresses from `begin` up to, and without, `end`; empty if they are equal.
struct AddressRange {
  uint64_t begin = 0, end = 0;
};

// Fixed facts about an engine: promises with a test, not remarks.
struct EngineTraits {
  absl::string_view name;     // as typed after --engine=; never changes
  absl::string_view summary;  // one line, no full stop
  bool serves_static_programs;
  bool adds_a_process;      // a tracer stays for the program's life
  bool gives_no_new_privs;  // setuid programs gain nothing (prctl(2))
  // Some programs are started by their own ld.so (intercept/start_door.h).
  bool may_start_by_loader = false;
  bool serves_32_bit_programs = false;  // of the same processor family
  // Where the engine itself lies in a program's memory: a program linked to
  // these addresses is refused.
  AddressRange reserved = {};
};

// Why an engine refused, for a person.
struct Reason {
  std::string
      what;  // "cannot create a user namespace: Operation not permitted"
  std::string remedy;  // what to do about it; may be empty
};

class Engine {
 public:
  virtual ~Engine() = default;

  virtual const EngineTraits& traits() const = 0;

  // Becomes the program, or says why not. After kRefused this process is as it
  // was: ids, namespaces, cwd, umask, descriptors, signals.
  virtual Outcome TryExec(const Launch& launch) const = 0;

  // Nothing if this engine works on this machine now; else the refusal's words,
  // with the evidence and the remedy. Everything is tried in a child.
  virtual std::optional<Reason> Probe(const Host& host) const = 0;

  // Words for a refusal of TryExec. `host` supplies the evidence (which
  // sysctl).
  virtual Reason Explain(const Outcome& refusal, const Host& host) const = 0;
};

}  // namespace relocatable

#endif  // ENGINES_ENGINE_H_
