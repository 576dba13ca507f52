#include "cli/prediction.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/bare/str.h"
#include "base/status_macros.h"
#include "cli/door.h"
#include "cli/inspect_elf.h"
#include "cli/subject.h"
#include "engines/chain.h"
#include "engines/roster.h"
#include "engines/serve.h"
#include "engines/view/view.h"
#include "nlohmann/json.hpp"

namespace relocatable {
namespace {

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

// How `engine` starts a program that it serves, or "".
std::string DoorWords(const Prediction& prediction,
                      const EngineTraits& engine) {
  if (!engine.may_start_by_loader) return "";
  if (prediction.why_by_binary.empty()) return ", started by its ld.so";
  return absl::StrCat(", started by relocatable, since ",
                      prediction.why_by_binary);
}

std::string RunWords(const Prediction& prediction) {
  if (!prediction.problem.empty()) {
    return absl::StrCat("no engine can start it: ", prediction.problem);
  }
  if (prediction.engine.empty()) return "no engine that works here serves it";
  if (!prediction.direct) return absl::StrCat("takes ", prediction.engine);
  return absl::StrCat("starts it directly; with --bind or --root takes ",
                      prediction.engine);
}

// The first engine of the chain in force that works here and serves it, or "".
absl::StatusOr<std::string> FirstOf(const Subject& subject,
                                    const Prediction& prediction,
                                    const std::vector<EngineHere>& engines) {
  const bare::Str words = EngineWordsFrom(environ);
  RELOC_ASSIGN_OR_RETURN(
      const Chain chain,
      ChainFromWords({words.data, words.size}, subject.has_layer));
  if (!prediction.problem.empty()) return "";
  for (uint32_t i = 0; i < chain.size; ++i) {
    const EngineHere& here = engines[chain.engines[i]];
    if (here.refusal.has_value()) continue;
    if (prediction.why_not[chain.engines[i]].empty()) {
      return std::string(here.traits.name);
    }
  }
  return "";
}

}  // namespace

absl::StatusOr<Prediction> Predict(const std::string& operand,
                                   const std::vector<EngineHere>& engines) {
  struct utsname kernel;
  uname(&kernel);
  RELOC_ASSIGN_OR_RETURN(const Subject subject,
                         FindSubject(FindInPath(operand)));
  Prediction prediction;
  RELOC_ASSIGN_OR_RETURN(
      prediction.needs,
      FindProgramNeeds(subject.tree(), subject.program, CurrentLibraryPath()));
  prediction.problem = WhyNotHere(prediction.needs, kernel.release);
  prediction.why_by_binary = WhyByBinary(subject, prediction.needs.closure);
  prediction.direct = IsInForce(subject);
  for (const EngineHere& here : engines) {
    prediction.why_not.push_back(
        WhyNotServed(here.traits, prediction.needs.traits));
  }
  RELOC_ASSIGN_OR_RETURN(prediction.engine,
                         FirstOf(subject, prediction, engines));
  return prediction;
}

std::string PredictionText(const Prediction& prediction,
                           const std::vector<EngineHere>& engines) {
  const ProgramNeeds& needs = prediction.needs;
  std::string text =
      absl::StrCat(ScriptLines(needs.scripts), ElfSummaryText(needs.closure));
  for (size_t i = 0; i < engines.size(); ++i) {
    const bool loses =
        needs.gains_rights && engines[i].traits.gives_no_new_privs;
    const std::string& why_not = prediction.why_not[i];
    absl::StrAppendFormat(
        &text, "  %-13s%s%s\n", engines[i].traits.name,
        why_not.empty() ? absl::StrCat("serves it",
                                       DoorWords(prediction, engines[i].traits))
                        : absl::StrCat("cannot: ", why_not),
        loses ? "; its setuid bits or capabilities give it nothing" : "");
  }
  absl::StrAppendFormat(&text, "  %-13s%s\n", "run", RunWords(prediction));
  return text;
}

nlohmann::ordered_json PredictionJson(const Prediction& prediction,
                                      const std::vector<EngineHere>& engines) {
  const ProgramNeeds& needs = prediction.needs;
  const std::string report =
      needs.scripts.scripts.empty()
          ? ElfReportJson(needs.closure)
          : ScriptReportJson(needs.scripts, needs.closure);
  nlohmann::ordered_json json = {
      {"file", nlohmann::ordered_json::parse(report)},
      {"gains_rights", needs.gains_rights},
      {"problem", nullptr},
      {"engines", nlohmann::ordered_json::array()},
      {"direct", prediction.direct},
      {"run", nullptr}};
  if (!prediction.problem.empty()) json["problem"] = prediction.problem;
  if (!prediction.engine.empty()) json["run"] = prediction.engine;
  for (size_t i = 0; i < engines.size(); ++i) {
    nlohmann::ordered_json row = {
        {"name", std::string(engines[i].traits.name)},
        {"serves", prediction.why_not[i].empty()},
        {"rights_kept",
         !(needs.gains_rights && engines[i].traits.gives_no_new_privs)},
        {"why_not", nullptr}};
    if (!prediction.why_not[i].empty()) row["why_not"] = prediction.why_not[i];
    if (engines[i].traits.may_start_by_loader) {
      row["by_loader"] = prediction.why_by_binary.empty();
      row["why_by_binary"] = prediction.why_by_binary;
    }
    json["engines"].push_back(row);
  }
  return json;
}

}  // namespace relocatable
