#include "engines/chain.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/bare/str.h"
#include "engines/all.h"
#include "engines/engine.h"

namespace relocatable {

absl::StatusOr<Chain> ChainFromWords(absl::string_view words, bool has_layer) {
  Chain chain;
  bare::Str unknown;
  if (ParseChain({words.data(), words.size()}, has_layer, chain, unknown)) {
    return chain;
  }
  return absl::NotFoundError(
      absl::StrCat("no engine '", absl::string_view(unknown.data, unknown.size),
                   "'; there are: ", EngineNames()));
}

std::string EngineNames() {
  std::string names = "default, performance";
  for (const Engine* engine : AllEngines()) {
    absl::StrAppend(&names, ", ", engine->traits().name);
  }
  return names;
}

std::string DescribeRefusals(const Attempts& attempts, const Host& host) {
  std::string text;
  for (uint32_t i = 0; i < attempts.count; ++i) {
    const Engine& engine = *AllEngines()[attempts.refusals[i].engine];
    const Reason reason = engine.Explain(attempts.refusals[i].outcome, host);
    absl::StrAppend(&text, "  ", engine.traits().name, ": ", reason.what);
    if (!reason.remedy.empty())
      absl::StrAppend(&text, " (", reason.remedy, ")");
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace relocatable
