// engines/chain.h - chains of engines in words: errors a person can act on.
// The choosing and trying itself is freestanding: engines/roster.h.
#ifndef ENGINES_CHAIN_H_
#define ENGINES_CHAIN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engines/host.h"
#include "engines/roster.h"

namespace relocatable {

// The chain that `words` names (see ParseChain). The error lists the engines:
// "no engine 'usrns'; there are: default, performance, userns".
absl::StatusOr<Chain> ChainFromWords(absl::string_view words, bool has_layer);

// The names a user may give, in order, separated by ", ".
std::string EngineNames();

// Why each engine refused, one indented line each, with evidence and remedy:
//   userns: cannot create a user namespace: Operation not permitted (...)
std::string DescribeRefusals(const Attempts& attempts, const Host& host);

}  // namespace relocatable

#endif  // ENGINES_CHAIN_H_
