// `relocatable engines`: which engines work on this machine; with a program,
// also what it needs, which of them can serve it and which `run` would take.
#include "cli/engines.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/prediction.h"
#include "engines/all.h"
#include "engines/engine.h"
#include "engines/host.h"
#include "nlohmann/json.hpp"

namespace relocatable {
namespace {

constexpr char kName[] = "engines";

struct Options {
  bool json = false;
  std::string program;
};

std::vector<EngineHere> ProbeAll() {
  std::vector<EngineHere> engines;
  for (const Engine* engine : AllEngines()) {
    engines.push_back({engine->traits(), engine->Probe(ThisHost())});
  }
  return engines;
}

void PrintTable(const std::vector<EngineHere>& engines) {
  absl::PrintF("%-12s%-12s%s\n", "engine", "works here",
               "how it works, or why not and what to do");
  for (const EngineHere& here : engines) {
    absl::PrintF("%-12s%-12s%s\n", here.traits.name,
                 here.refusal ? "no" : "yes",
                 here.refusal ? here.refusal->what : here.traits.summary);
    if (here.refusal && !here.refusal->remedy.empty()) {
      absl::PrintF("%24s%s\n", "", here.refusal->remedy);
    }
  }
}

nlohmann::ordered_json EnginesJson(const std::vector<EngineHere>& engines) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const EngineHere& here : engines) {
    nlohmann::ordered_json engine = {
        {"name", std::string(here.traits.name)},
        {"summary", std::string(here.traits.summary)},
        {"works", !here.refusal.has_value()}};
    if (here.refusal) {
      engine["why_not"] = here.refusal->what;
      engine["remedy"] = here.refusal->remedy;
    }
    list.push_back(engine);
  }
  return list;
}

bool AnyWorks(const std::vector<EngineHere>& engines) {
  return std::any_of(
      engines.begin(), engines.end(),
      [](const EngineHere& here) { return !here.refusal.has_value(); });
}

void PrintJson(const std::vector<EngineHere>& engines,
               const std::optional<Prediction>& prediction) {
  nlohmann::ordered_json document = {{"version", 1},
                                     {"engines", EnginesJson(engines)}};
  if (prediction.has_value()) {
    document["program"] = PredictionJson(*prediction, engines);
  }
  absl::PrintF("%s\n", document.dump(2, ' ', false,
                                     nlohmann::json::error_handler_t::replace));
}

int Run(const Options& options) {
  const std::vector<EngineHere> engines = ProbeAll();
  std::optional<Prediction> prediction;
  if (!options.program.empty()) {
    absl::StatusOr<Prediction> made = Predict(options.program, engines);
    if (!made.ok()) {
      PrintError(kName, made.status().message());
      return kExitFailure;
    }
    prediction = *std::move(made);
  }
  if (options.json) {
    PrintJson(engines, prediction);
  } else {
    PrintTable(engines);
    if (prediction.has_value()) {
      absl::PrintF("\n%s", PredictionText(*prediction, engines));
    }
  }
  const bool good =
      prediction.has_value() ? !prediction->engine.empty() : AnyWorks(engines);
  return good ? 0 : kExitFailure;
}

std::function<int()> Declare(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_flag("--json", options->json, "Print JSON (docs/inspect-json.md)");
  app.add_option("PROGRAM", options->program,
                 "Also what this program, pack or program of a pack needs");
  return [options] { return Run(*options); };
}

}  // namespace

const Command kEnginesCommand = {
    kName,
    "which engines work on this machine, and if not: why, and what to do",
    "relocatable engines /usr/bin/git",
    kExitUsage,
    Declare,
};

}  // namespace relocatable
