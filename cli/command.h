// cli/command.h - what a sub-command is. The list of them is cli/commands.cc;
// to add one follow docs/adding-a-command.md.
#ifndef CLI_COMMAND_H_
#define CLI_COMMAND_H_

#include <functional>

#include "absl/strings/string_view.h"

namespace CLI {
class App;
}

namespace relocatable {

// Exit statuses of our own (docs/design.md section 5). A program's own status
// is passed on untouched.
inline constexpr int kExitFailure = 1;       // pack, inspect, engines
inline constexpr int kExitUsage = 2;         // pack, inspect, engines
inline constexpr int kExitRunFailure = 125;  // run and names: ours, usage too
inline constexpr int kExitNotExecutable = 126;
inline constexpr int kExitNotFound = 127;

struct Command {
  const char* name;
  const char* summary;  // one line, no full stop
  const char* example;  // a command line that works, and what it shows
  int usage_status;     // exit status for a wrong command line
  // Declares the command's options on `app` and returns what carries it out,
  // called after parsing; its result is the exit status.
  std::function<int()> (*declare)(CLI::App& app);
  // An option "--x" with which all behind "--" is a command, whose words are
  // then no options of ours; or nullptr. Each word comes as "--x==WORD", and
  // "--x=-" before them, alone where there are none.
  const char* takes_command = nullptr;
};

// Writes "relocatable COMMAND: MESSAGE" to stderr, as one line.
void PrintError(absl::string_view command, absl::string_view message);

}  // namespace relocatable

#endif  // CLI_COMMAND_H_
