// `relocatable engines`: which engines work on this machine; with a program,
// also what it needs, which of them can serve it and which `run` would take.
#include "cli/engines.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/bare/str.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/inspect_elf.h"
#include "cli/program_needs.h"
#include "cli/subject.h"
#include "engines/all.h"
#include "engines/chain.h"
#include "engines/engine.h"
#include "engines/host.h"
#include "engines/roster.h"
#include "engines/serve.h"
#include "engines/view/view.h"
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

nlohmann::ordered_json EnginesJson(const std::vector<Row>& rows) {
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
  return engines;
}

// What `run PROGRAM` would do.
struct Answer {
  ProgramNeeds needs;
  std::vector<std::string> why_not;  // of each row: "" if it serves the program
  bool direct = false;  // its view is in force already: no engine is needed
  std::string engine;   // that it would take; "" if none can
};

// A name without a slash is looked for in PATH, as `run` does.
std::string FindInPath(const std::string& operand) {
  const char* const path = getenv("PATH");
  if (operand.find('/') != std::string::npos || path == nullptr) return operand;
  for (const absl::string_view folder : absl::StrSplit(path, ':')) {
    const std::string file = absl::StrCat(folder, "/", operand);
    struct stat st;
    if (stat(file.c_str(), &st) == 0 && S_ISREG(st.st_mode) &&
        access(file.c_str(), X_OK) == 0) {
      return file;
    }
  }
  return operand;
}

bool IsInForce(const Subject& subject) {
  std::vector<Mount> mounts;
  for (size_t i = 1; i < subject.mounts.size(); ++i) {
    mounts.push_back(
        {subject.mounts[i].guest.c_str(), subject.mounts[i].host.c_str()});
  }
  return AlreadyInForce(
      {"", mounts.data(), static_cast<uint32_t>(mounts.size())});
}

absl::StatusOr<Answer> AnswerFor(const std::string& operand,
                                 const std::vector<Row>& rows) {
  struct utsname kernel;
  uname(&kernel);
  RELOC_ASSIGN_OR_RETURN(const Subject subject,
                         FindSubject(FindInPath(operand)));
  Answer answer;
  RELOC_ASSIGN_OR_RETURN(
      answer.needs,
      FindProgramNeeds(subject.tree(), subject.program, kernel.release));
  answer.direct = IsInForce(subject);
  for (const Row& row : rows) {
    answer.why_not.push_back(WhyNotServed(row.traits, answer.needs.traits));
  }
  const bare::Str words = EngineWordsFrom(environ);
  RELOC_ASSIGN_OR_RETURN(const Chain chain,
                         ChainFromWords({words.data, words.size}));
  if (!answer.needs.problem.empty()) return answer;
  for (uint32_t i = 0; i < chain.size && answer.engine.empty(); ++i) {
    const uint8_t engine = chain.engines[i];
    if (rows[engine].refusal.has_value() || !answer.why_not[engine].empty()) {
      continue;
    }
    answer.engine = std::string(rows[engine].traits.name);
  }
  return answer;
}

std::string RunWords(const Answer& answer) {
  if (!answer.needs.problem.empty()) {
    return absl::StrCat("no engine can start it: ", answer.needs.problem);
  }
  if (answer.engine.empty()) return "no engine that works here serves it";
  if (!answer.direct) return absl::StrCat("takes ", answer.engine);
  return absl::StrCat("starts it directly; with --bind or --root takes ",
                      answer.engine);
}

void PrintAnswer(const Answer& answer, const std::vector<Row>& rows) {
  absl::PrintF("\n%s%s", ScriptLines(answer.needs.scripts),
               ElfSummaryText(answer.needs.closure));
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool loses =
        answer.needs.gains_rights && rows[i].traits.gives_no_new_privs;
    absl::PrintF(
        "  %-13s%s%s\n", rows[i].traits.name,
        answer.why_not[i].empty() ? "serves it"
                                  : absl::StrCat("cannot: ", answer.why_not[i]),
        loses ? "; its setuid bits or capabilities give it nothing" : "");
  }
  absl::PrintF("  %-13s%s\n", "run", RunWords(answer));
}

nlohmann::ordered_json AnswerJson(const Answer& answer,
                                  const std::vector<Row>& rows) {
  const ProgramNeeds& needs = answer.needs;
  const std::string report =
      needs.scripts.scripts.empty()
          ? ElfReportJson(needs.closure)
          : ScriptReportJson(needs.scripts, needs.closure);
  nlohmann::ordered_json json = {
      {"file", nlohmann::ordered_json::parse(report)},
      {"gains_rights", needs.gains_rights},
      {"problem", nullptr},
      {"engines", nlohmann::ordered_json::array()},
      {"direct", answer.direct},
      {"run", nullptr}};
  if (!needs.problem.empty()) json["problem"] = needs.problem;
  if (!answer.engine.empty()) json["run"] = answer.engine;
  for (size_t i = 0; i < rows.size(); ++i) {
    nlohmann::ordered_json row = {
        {"name", std::string(rows[i].traits.name)},
        {"serves", answer.why_not[i].empty()},
        {"rights_kept",
         !(needs.gains_rights && rows[i].traits.gives_no_new_privs)},
        {"why_not", nullptr}};
    if (!answer.why_not[i].empty()) row["why_not"] = answer.why_not[i];
    json["engines"].push_back(row);
  }
  return json;
}

bool AnyWorks(const std::vector<Row>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [](const Row& row) { return !row.refusal.has_value(); });
}

int Run(const Options& options) {
  const std::vector<Row> rows = ProbeAll();
  std::optional<Answer> answer;
  if (!options.program.empty()) {
    absl::StatusOr<Answer> found = AnswerFor(options.program, rows);
    if (!found.ok()) {
      PrintError(kName, found.status().message());
      return kExitFailure;
    }
    answer = *std::move(found);
  }
  if (options.json) {
    nlohmann::ordered_json document = {{"version", 1},
                                       {"engines", EnginesJson(rows)}};
    if (answer.has_value()) document["program"] = AnswerJson(*answer, rows);
    absl::PrintF(
        "%s\n",
        document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    PrintTable(rows);
    if (answer.has_value()) PrintAnswer(*answer, rows);
  }
  const bool good =
      answer.has_value() ? !answer->engine.empty() : AnyWorks(rows);
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
