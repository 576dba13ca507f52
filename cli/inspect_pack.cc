#include "cli/inspect_pack.h"

#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "cli/pack_findings.h"
#include "cli/pack_json.h"
#include "cli/pack_text.h"
#include "pack/read_pack.h"
#include "pack/twins.h"
#include "pack/verify.h"

namespace relocatable {
namespace {

std::vector<PackDifference> DifferencesOf(const std::string& dir,
                                          const Manifest& manifest) {
  std::vector<PackDifference> differences;
  VerifyPack(dir, manifest,
             [&](absl::string_view path, absl::string_view what) {
               differences.push_back({std::string(path), std::string(what)});
             });
  return differences;
}

// The host path of a guest path of the payload.
std::string HostPath(const std::string& dir, const Manifest& manifest,
                     const std::string& guest) {
  for (const PlanMount& mount : manifest.mounts) {
    const std::string at = mount.guest == "/" ? "" : mount.guest;
    if (absl::StartsWith(guest, at + "/")) {
      return absl::StrCat(dir, "/", mount.host, guest.substr(at.size()));
    }
  }
  return "";
}

std::vector<TwinFinding> FindTwins(const std::string& dir,
                                   const Manifest& manifest,
                                   const PackLaunch& launch) {
  std::vector<TwinFinding> twins;
  for (const TwinOfPack& twin : launch.twins) {
    twins.push_back({twin, CountSites(HostPath(dir, manifest, twin.guest))});
  }
  return twins;
}

}  // namespace

bool LooksLikePack(const std::string& path) {
  return access(absl::StrCat(path, "/launch").c_str(), F_OK) == 0 ||
         access(absl::StrCat(path, "/manifest.json").c_str(), F_OK) == 0;
}

absl::StatusOr<PackReport> InspectPack(const std::string& dir,
                                       const InspectPackOptions& options) {
  PackFindings findings{.directory = dir, .verified = options.verify};
  RELOC_ASSIGN_OR_RETURN(findings.manifest, ReadPackManifest(dir));
  RELOC_ASSIGN_OR_RETURN(const PackLaunch launch, ReadPackLaunch(dir));
  findings.twins = FindTwins(dir, findings.manifest, launch);
  if (options.verify) {
    findings.differences = DifferencesOf(dir, findings.manifest);
  }
  findings.programs = ExaminePackPrograms(dir, findings.manifest);
  return PackReport{.text = options.json ? PackJson(findings)
                                         : PackText(findings, options.tree),
                    .intact = findings.differences.empty()};
}

}  // namespace relocatable
