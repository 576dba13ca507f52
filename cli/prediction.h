// cli/prediction.h - what `relocatable run PROGRAM` would do on this machine,
// and why: for `relocatable engines PROGRAM`.
#ifndef CLI_PREDICTION_H_
#define CLI_PREDICTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/program_needs.h"
#include "engines/engine.h"
#include "nlohmann/json_fwd.hpp"

namespace relocatable {

struct EngineHere {
  const EngineTraits& traits;
  std::optional<Reason> refusal;  // none: it works here
};

struct Prediction {
  ProgramNeeds needs;
  std::string problem;               // why no engine at all can start it, or ""
  std::vector<std::string> why_not;  // of each engine: "" if it serves it
  // Why an engine that may start programs by their ld.so takes the other way
  // with it; "" if it does not.
  std::string why_by_binary;
  bool direct = false;  // its view is in force already: no engine is needed
  std::string engine;   // that `run` would take; "" if none can
};

// `operand` is a pack, a name of one, or a program, searched in PATH as `run`
// does. Errors name what cannot be read, or the engine in the environment that
// does not exist.
absl::StatusOr<Prediction> Predict(const std::string& operand,
                                   const std::vector<EngineHere>& engines);

// Lines for people, and the member `program` of docs/inspect-json.md.
std::string PredictionText(const Prediction& prediction,
                           const std::vector<EngineHere>& engines);
nlohmann::ordered_json PredictionJson(const Prediction& prediction,
                                      const std::vector<EngineHere>& engines);

}  // namespace relocatable

#endif  // CLI_PREDICTION_H_
