#include "testdata/store/native.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace relocatable {

std::vector<std::string> NativeCommand(const Store& store,
                                       const std::vector<std::string>& argv,
                                       uid_t uid, HostFiles host) {
  std::vector<std::string> command = {StoreTool("enter")};
  if (uid != 0) command.push_back(absl::StrCat("--uid=", uid));
  if (host == HostFiles::kHidden) command.push_back("--hide-host");
  command.push_back(store.OnHost(store.prefix));
  command.push_back(store.prefix);
  command.insert(command.end(), argv.begin(), argv.end());
  return command;
}

Finished RunNatively(const Store& store, const std::vector<std::string>& argv,
                     const RunOptions& run, HostFiles host) {
  // Who drops root's id is `enter`: it needs root's rights before.
  RunOptions as_caller = run;
  as_caller.uid = 0;
  return RunProgram(NativeCommand(store, argv, run.uid, host), as_caller);
}

uid_t OrdinaryUser() { return getuid() == 0 ? 61234 : 0; }

}  // namespace relocatable
