#include "cli/start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cerrno>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/bare/str.h"
#include "base/errno_status.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/exec_failure.h"
#include "cli/launch/early.h"
#include "engines/chain.h"
#include "engines/host.h"
#include "engines/view/layer.h"

namespace relocatable {
namespace {

bool Verbose() {
  const char* value = getenv("RELOCATABLE_VERBOSE");
  return value != nullptr && *value != '\0' && strcmp(value, "0") != 0;
}

// Tries one engine after the other, telling the user what happens.
void ExecVerbosely(const Chain& chain, const Launch& launch,
                   const std::string& command, Attempts& attempts) {
  if (AlreadyInForce(launch.view)) {
    PrintError(command, "the view is in force already: no engine is needed");
    RelocatableExecThrough(&chain, &launch, &attempts);
    return;
  }
  for (uint32_t i = 0; i < chain.size && !attempts.final; ++i) {
    Chain one;
    one.engines[0] = chain.engines[i];
    one.size = 1;
    PrintError(command, absl::StrCat("trying engine '",
                                     kRoster[chain.engines[i]].name, "'"));
    const uint32_t before = attempts.count;
    RelocatableExecThrough(&one, &launch, &attempts);
    if (attempts.count == before) continue;
    Attempts last;
    last.refusals[0] = attempts.refusals[before];
    last.count = 1;
    const std::string reason = DescribeRefusals(last, ThisHost());
    fwrite(reason.data(), 1, reason.size(), stderr);
  }
}

}  // namespace

int Start(const Launch& launch, const StartOptions& options,
          Attempts& attempts) {
  std::string words = options.engine;
  if (words.empty()) {
    const bare::Str from_env = EngineWordsFrom(launch.envp);
    words.assign(from_env.data, from_env.size);
  }
  const absl::StatusOr<Chain> chain = ChainFromWords(
      words, HasLayer(launch.view.mounts, launch.view.mount_count));
  if (!chain.ok()) {
    PrintError(options.command, chain.status().message());
    return kExitRunFailure;
  }
  if (Verbose()) {
    ExecVerbosely(*chain, launch, options.command, attempts);
  } else {
    RelocatableExecThrough(&*chain, &launch, &attempts);
  }
  if (attempts.final) {
    PrintError(options.command, ExecFailure(launch, attempts.program));
    return attempts.program.error == ENOENT ? kExitNotFound
                                            : kExitNotExecutable;
  }
  std::string refusals = DescribeRefusals(attempts, ThisHost());
  if (!refusals.empty()) refusals.pop_back();
  PrintError(options.command,
             absl::StrCat("no engine can run this program on this machine:\n",
                          refusals));
  return kExitRunFailure;
}

int ReportDispatch(const Dispatch& dispatch) {
  // A start looks at the one name it uses; the list below is of all.
  const bool is_bad = dispatch.kind == Dispatch::kBadPack;
  const char* const problem =
      is_bad ? dispatch.problem : dispatch.table.Check();
  if (problem != nullptr) {
    const std::string what =
        absl::StrCat("'", dispatch.pack, "/launch' ", problem);
    const int error = is_bad ? dispatch.error : 0;
    PrintError(
        dispatch.called,
        error == 0 ? what : std::string(ErrnoError(error, what).message()));
    return kExitRunFailure;
  }
  std::vector<std::string> names;
  for (uint32_t i = 0; i < dispatch.table.name_count(); ++i) {
    const bare::Str name =
        bare::BaseName(dispatch.table.string(dispatch.table.name(i).name));
    names.emplace_back(name.data, name.size);
  }
  PrintError(
      "", absl::StrCat("the pack '", dispatch.pack, "' has no program '",
                       dispatch.called, "'", DidYouMean(dispatch.called, names),
                       " (it has: ", absl::StrJoin(names, ", "), ")"));
  return kExitNotFound;
}

}  // namespace relocatable
