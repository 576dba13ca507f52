#include "cli/pack_json.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "elf/cpu.h"
#include "engines/all.h"
#include "pack/why.h"

namespace relocatable {
namespace {

using Json = nlohmann::ordered_json;

Json FloorJson(const Floor& floor) {
  Json json = {{"kernel", nullptr}, {"cpu", nullptr}};
  if (floor.kernel.has_value()) json["kernel"] = floor.kernel->ToString();
  if (floor.x86_level > 0) json["cpu"] = X86LevelName(floor.x86_level);
  return json;
}

Json TextOrNull(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json ProgramJson(const PackProgram& program) {
  Json json = {{"name", program.name},
               {"kind", TextOrNull(program.kind)},
               {"problem", TextOrNull(program.problem)},
               {"floor", FloorJson(FloorOf({program}))},
               {"engines", Json::array()}};
  for (size_t i = 0; i < program.why_not.size(); ++i) {
    json["engines"].push_back(
        {{"name", std::string(AllEngines()[i]->traits().name)},
         {"serves", program.why_not[i].empty()},
         {"why_not", TextOrNull(program.why_not[i])}});
  }
  return json;
}

}  // namespace

std::string PackJson(const PackFindings& findings) {
  const Manifest& manifest = findings.manifest;
  Json json = {{"kind", "pack"},
               {"version", 1},
               {"path", findings.directory},
               {"size", PayloadSize(manifest)},
               {"floor", FloorJson(FloorOf(findings.programs))},
               {"programs", Json::array()},
               {"manifest", Json::parse(WriteManifest(manifest))}};
  for (const PackProgram& program : findings.programs) {
    json["programs"].push_back(ProgramJson(program));
  }
  const std::vector<uint32_t> who = WhoNeeds(manifest.items, manifest.sources);
  for (uint32_t i = 0; i < who.size(); ++i) {
    json["manifest"]["items"][i]["neededBy"] =
        who[i] == kNobody ? Json(nullptr) : Json(manifest.items[who[i]].path);
  }
  json["twins"] = Json::array();
  for (const TwinFinding& finding : findings.twins) {
    json["twins"].push_back({{"path", finding.twin.guest},
                             {"file", finding.twin.file},
                             {"size", finding.twin.size},
                             {"sites", finding.sites}});
  }
  if (findings.verified) {
    json["differences"] = Json::array();
    for (const PackDifference& d : findings.differences) {
      json["differences"].push_back({{"path", d.path}, {"what", d.what}});
    }
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace relocatable
