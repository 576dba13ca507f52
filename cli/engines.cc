#include "cli/engines.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_format.h"
#include "cli/command.h"
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

struct Row {
  const EngineTraits& traits;
  std::optional<Reason> refusal;
};

std::vector<Row> ProbeAll() {
  std::vector<Row> rows;
  for (const Engine* engine : AllEngines()) {
    rows.push_back({engine->traits(), engine->Probe(ThisHost())});
  }
  return rows;
}

void PrintTable(const std::vector<Row>& rows) {
  absl::PrintF("%-12s%-12s%s\n", "engine", "works here",
               "how it works, or why not and what to do");
  for (const Row& row : rows) {
    absl::PrintF("%-12s%-12s%s\n", row.traits.name, row.refusal ? "no" : "yes",
                 row.refusal ? row.refusal->what : row.traits.summary);
    if (row.refusal && !row.refusal->remedy.empty()) {
      absl::PrintF("%24s%s\n", "", row.refusal->remedy);
    }
  }
}

void PrintJson(const std::vector<Row>& rows) {
  nlohmann::ordered_json engines = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json engine = {
        {"name", std::string(row.traits.name)},
        {"summary", std::string(row.traits.summary)},
        {"works", !row.refusal.has_value()}};
    if (row.refusal) {
      engine["why_not"] = row.refusal->what;
      engine["remedy"] = row.refusal->remedy;
    }
    engines.push_back(engine);
  }
  const nlohmann::ordered_json document = {{"version", 1},
                                           {"engines", engines}};
  absl::PrintF("%s\n", document.dump(2));
}

int Run(const Options& options) {
  const std::vector<Row> rows = ProbeAll();
  if (options.json) {
    PrintJson(rows);
  } else {
    PrintTable(rows);
  }
  const bool any_works =
      std::any_of(rows.begin(), rows.end(),
                  [](const Row& row) { return !row.refusal.has_value(); });
  return any_works ? 0 : kExitFailure;
}

std::function<int()> Declare(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_flag("--json", options->json, "Print JSON (docs/inspect-json.md)");
  return [options] { return Run(*options); };
}

}  // namespace

const Command kEnginesCommand = {
    kName,
    "which engines work on this machine, and if not: why, and what to do",
    "relocatable engines",
    kExitUsage,
    Declare,
};

}  // namespace relocatable
