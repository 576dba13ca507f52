#include "cli/door.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstring>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/bare/str.h"
#include "cli/launch/dispatch.h"
#include "cli/launch/early.h"
#include "cli/launch/pack_launch.h"
#include "elf/loader_start.h"
#include "engines/intercept/audit_module.h"
#include "engines/view/payload_index.h"

namespace relocatable {
namespace {

// Whether the pack in `d` has noted that ld.so can start the program.
bool IsNoted(const Dispatch& d, const std::string& program) {
  const bare::Str section = d.table.section(d.table.header().index);
  PayloadIndex index;
  if (!PayloadIndex::Open(section.data, section.size, index)) return false;
  const PayloadIndexSlot* slot = index.Find({program.data(), program.size()});
  return slot != nullptr && slot->type == PayloadIndexSlot::kFile &&
         (slot->value & PayloadIndexSlot::kStartedByLoader) != 0;
}

// A variable by which something is asked of ld.so, or "".
std::string VariableForLoader() {
  for (char** v = environ; *v != nullptr; ++v) {
    const absl::string_view variable = *v;
    if (absl::StartsWith(variable, "LD_") ||
        absl::StartsWith(variable, "GLIBC_TUNABLES=")) {
      return std::string(variable.substr(0, variable.find('=')));
    }
  }
  return "";
}

absl::Status Refuse(const std::string& program, const std::string& why) {
  return absl::FailedPreconditionError(absl::StrCat(
      "'", program,
      "': the engine fakechroot does not start it by its ld.so, since ", why));
}

}  // namespace

std::string WhyByBinary(const Subject& subject, const Closure& closure) {
  const auto d = std::make_unique<Dispatch>();
  if (subject.pack.empty() || !FindPackDirectory(subject.pack.c_str(), *d)) {
    return "it is of no pack";
  }
  if (std::string why = WhyNotByLoader(closure); !why.empty()) return why;
  const absl::StatusOr<std::string> path =
      subject.tree().Resolve(closure.objects[0].found.path);
  if (!path.ok() || !IsNoted(*d, *path)) {
    return "its pack has not noted that its ld.so can";
  }
  const std::string module = absl::StrCat(subject.pack, "/", kAuditModule);
  if (access(module.c_str(), R_OK) != 0) {
    return absl::StrCat("'", module, "' cannot be read");
  }
  const std::string variable = VariableForLoader();
  return variable.empty() ? "" : absl::StrCat(variable, " is set");
}

absl::StatusOr<LoaderCommand> LoaderStartCommand(
    const Subject& subject, const Closure& closure,
    const std::vector<std::string>& argv) {
  const std::string& program = closure.objects[0].found.path;
  if (const std::string why = WhyByBinary(subject, closure); !why.empty()) {
    return Refuse(program, why);
  }
  const auto d = std::make_unique<Dispatch>();
  const auto space = std::make_unique<PackLaunchSpace>();
  Launch launch;
  if (!FindPackDirectory(subject.pack.c_str(), *d) ||
      LaunchFromTable(d->table, d->pack, 0, *space, launch) != nullptr) {
    return Refuse(program, "its pack cannot be read");
  }
  char self[PATH_MAX];
  if (realpath(absl::StrCat(subject.pack, "/", kPackBinary).c_str(), self) ==
      nullptr) {
    return Refuse(program, "its pack has no binary");
  }
  std::vector<char*> words;
  for (const std::string& word : argv) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  launch.program = program.c_str();
  launch.argv = words.data();
  launch.envp = environ;
  launch.self = self;
  LoaderStart start = {};
  Outcome outcome;
  RelocatableDescribeLoaderStart(&launch, &start, &outcome);
  if (outcome.error != 0) {
    return Refuse(program, absl::StrCat("this machine cannot ", outcome.step,
                                        ": ", strerror(outcome.error)));
  }
  LoaderCommand command{.file = start.file};
  for (const char* const* word = start.argv; *word != nullptr; ++word) {
    command.argv.push_back(*word);
  }
  return command;
}

}  // namespace relocatable
