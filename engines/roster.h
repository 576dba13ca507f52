// engines/roster.h - the engines there are and the chains of them;
// freestanding, so that a start under a program's name needs no libc to choose.
//
// THE list: engines/all.cc adds the hosted half of each, in the same order, and
// all_test.cc holds the two together. To add an engine follow
// docs/adding-an-engine.md.
#ifndef ENGINES_ROSTER_H_
#define ENGINES_ROSTER_H_

#include <stdint.h>

#include "base/bare/str.h"
#include "engines/launch.h"

namespace relocatable {

struct RosterEntry {
  const char* name;  // as typed after --engine=
  Outcome (*try_exec)(const Launch& launch);
};

inline constexpr uint32_t kMaxEngines = 8;

// In the order of the chain `default`.
extern const RosterEntry kRoster[];
extern const uint32_t kRosterSize;

// Engines to try, in order, as indices into kRoster.
struct Chain {
  uint8_t engines[kMaxEngines] = {};
  uint32_t size = 0;
};

// A chain from the word of --engine, RELOCATABLE_ENGINE or
// GUIX_EXECUTION_ENGINE: `default`, `performance`, an engine's name, or a comma
// list of such words (an engine named twice counts once). "" is `default`,
// which for a view that has a layer is `performance`: by mounts a layer takes
// twice as long to show. Returns false, with the word that is no engine in
// `unknown`.
bool ParseChain(bare::Str words, bool has_layer, Chain& chain,
                bare::Str& unknown);

// The word that the environment asks for: RELOCATABLE_ENGINE, else
// GUIX_EXECUTION_ENGINE (so that users of Guix packs keep their habit); an
// empty value counts as unset. "" if neither is set.
bare::Str EngineWordsFrom(char* const* envp);

// One engine's refusal, kept for the message if none works.
struct Attempt {
  uint8_t engine;  // index into kRoster
  Outcome outcome;
};

// What came of a chain; a program that was started does not return.
struct Attempts {
  Attempt refusals[kMaxEngines] = {};
  uint32_t count = 0;
  // Set (kind kProgramFailed) if an engine put the view in force but the
  // program could not be exec'ed: that is final.
  Outcome program = {};
  bool final = false;
};

// Tries the engines of `chain` that have no entry in `attempts` yet, in order.
// A view already in force needs none: the program is exec'ed directly.
void ExecThrough(const Chain& chain, const Launch& launch, Attempts& attempts);

}  // namespace relocatable

#endif  // ENGINES_ROSTER_H_
