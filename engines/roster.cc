#include "engines/roster.h"

#include <asm/unistd.h>

#include "base/bare/syscall.h"
#include "engines/exec.h"
#include "engines/fakechroot/fakechroot.h"
#include "engines/inprocess/inprocess.h"
#include "engines/proot/proot.h"
#include "engines/userns/userns.h"

namespace relocatable {

using bare::Str;

const RosterEntry kRoster[] = {
    {"userns", TryUserns},
    {"inprocess", TryInprocess},
    {"fakechroot", TryFakechroot},
    {"proot", TryProot},
};
const uint32_t kRosterSize = sizeof(kRoster) / sizeof(kRoster[0]);
static_assert(sizeof(kRoster) / sizeof(kRoster[0]) <= kMaxEngines);

namespace {

// `performance` puts first what costs a launch least; both end with what works
// where nothing else does. Engines that are not built are passed over.
constexpr char kPerformance[] = "inprocess,userns,fakechroot,proot";

void Add(uint8_t engine, Chain& chain) {
  for (uint32_t i = 0; i < chain.size; ++i) {
    if (chain.engines[i] == engine) return;
  }
  chain.engines[chain.size++] = engine;
}

bool AddByName(Str name, Chain& chain) {
  for (uint8_t i = 0; i < kRosterSize; ++i) {
    if (name == kRoster[i].name) {
      Add(i, chain);
      return true;
    }
  }
  return false;
}

// Calls visit(word) for each word between commas, until one returns false.
template <typename Visit>
bool ForEachWord(Str words, Visit visit) {
  while (true) {
    const size_t comma = bare::Find(words, ',');
    if (comma == bare::kNotFound) return visit(words);
    if (!visit(words.First(comma))) return false;
    words = words.From(comma + 1);
  }
}

bool AddWord(Str word, bool has_layer, Chain& chain) {
  if (word == "default" && !has_layer) {
    for (uint8_t i = 0; i < kRosterSize; ++i) Add(i, chain);
    return true;
  }
  if (word == "performance" || word == "default") {
    return ForEachWord(kPerformance, [&](Str name) {
      AddByName(name, chain);
      return true;
    });
  }
  return AddByName(word, chain);
}

Outcome ExecHere(const Launch& launch) {
  if (launch.cwd != nullptr) {
    const long error = -bare::Syscall(__NR_chdir, launch.cwd);
    if (error != 0) {
      return {Outcome::kProgramFailed, "change to the directory",
              static_cast<int>(error)};
    }
  }
  return ExecProgram(launch);
}

bool Tried(uint8_t engine, const Attempts& attempts) {
  for (uint32_t i = 0; i < attempts.count; ++i) {
    if (attempts.refusals[i].engine == engine) return true;
  }
  return false;
}

}  // namespace

bool ParseChain(Str words, bool has_layer, Chain& chain, Str& unknown) {
  chain.size = 0;
  if (words.empty()) words = "default";
  return ForEachWord(words, [&](Str word) {
    if (AddWord(word, has_layer, chain)) return true;
    unknown = word;
    return false;
  });
}

Str EngineWordsFrom(char* const* envp) {
  static constexpr const char* kNames[] = {"RELOCATABLE_ENGINE",
                                           "GUIX_EXECUTION_ENGINE"};
  for (const char* name : kNames) {
    const char* value = bare::GetEnv(envp, name);
    if (value != nullptr && value[0] != '\0') return value;
  }
  return {};
}

void ExecThrough(const Chain& chain, const Launch& launch, Attempts& attempts) {
  if (IsOnAFloor()) {
    attempts.program = StartNested(launch);
    attempts.final = true;
    return;
  }
  if (AlreadyInForce(launch.view)) {
    attempts.program = ExecHere(launch);
    attempts.final = true;
    return;
  }
  for (uint32_t i = 0; i < chain.size; ++i) {
    const uint8_t engine = chain.engines[i];
    if (Tried(engine, attempts)) continue;
    const Outcome outcome = kRoster[engine].try_exec(launch);
    if (outcome.kind == Outcome::kProgramFailed) {
      attempts.program = outcome;
      attempts.final = true;
      return;
    }
    attempts.refusals[attempts.count++] = {engine, outcome};
  }
}

}  // namespace relocatable
