// The hosted half's main(): reached if the binary was called as the tool, or if
// a start under a program's name has something to tell (cli/launch/early.h).
//
// Each command declares its options on a CLI::App of its own. CLI11 reports by
// exceptions; they end here.

#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/bare/str.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/launch/early.h"
#include "cli/start.h"
#include "cli/version.h"

namespace relocatable {
namespace {

using Words = std::vector<std::string>;

Words CommandNames() {
  Words names;
  for (const Command& command : Commands()) names.push_back(command.name);
  return names;
}

const Command* FindCommand(absl::string_view name) {
  for (const Command& command : Commands()) {
    if (name == command.name) return &command;
  }
  return nullptr;
}

std::string Help() {
  std::string text =
      "relocatable packs programs with all they need and runs them anywhere,\n"
      "unprivileged: a Guix or Nix closure, or any file system tree.\n\n"
      "Usage: relocatable COMMAND [OPTION...] [OPERAND...]\n"
      "       PACK/bin/NAME [ARG...]\n\nCommands:\n";
  for (const Command& command : Commands()) {
    absl::StrAppend(&text, "  ", command.name,
                    std::string(10 - std::string(command.name).size(), ' '),
                    command.summary, "\n");
  }
  absl::StrAppend(&text,
                  "\n'relocatable COMMAND --help' says more and gives an "
                  "example.\n");
  return text;
}

Words OptionNames(const CLI::App& app) {
  Words names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

// A wrong word in the place of an option, in our own words; CLI11's for the
// rest.
std::string UsageMessage(const CLI::App& app, const CLI::ParseError& error,
                         const Words& words) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) {
    return error.what();
  }
  const Words extras = app.remaining();
  const std::string word = extras.empty() ? words.back() : extras.front();
  if (word.substr(0, 1) != "-") return "what is '" + word + "' for?";
  return absl::StrCat(
      "no option '", word, "'",
      DidYouMean(word.substr(0, word.find('=')), OptionNames(app)));
}

int UsageError(const Command& command, absl::string_view message) {
  PrintError(command.name, absl::StrCat(message, " (see 'relocatable ",
                                        command.name, " --help')"));
  return command.usage_status;
}

// Behind Command::takes_command, all words after "--" are a command's: they get
// the form that CLI11 takes for values.
Words HideCommand(const Command& command, const Words& words) {
  Words hidden;
  bool takes = false;
  size_t i = 0;
  for (; i < words.size() && words[i] != "--"; ++i) {
    hidden.push_back(words[i]);
    if (command.takes_command == nullptr || words[i] != command.takes_command) {
      continue;
    }
    hidden.back() += "=-";
    takes = true;
  }
  if (takes) ++i;
  for (; i < words.size(); ++i) {
    hidden.push_back(takes ? absl::StrCat(command.takes_command, "==", words[i])
                           : words[i]);
  }
  return hidden;
}

int RunCommand(const Command& command, const Words& typed) {
  const Words words = HideCommand(command, typed);
  CLI::App app(
      absl::StrCat("relocatable ", command.name, ": ", command.summary),
      absl::StrCat("relocatable ", command.name));
  app.footer(absl::StrCat("\nExample:\n  ", command.example));
  const std::function<int()> carry_out = command.declare(app);
  // CLI11 wants the words last first.
  Words reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    fputs(app.help().c_str(), stdout);
    return 0;
  } catch (const CLI::ParseError& error) {
    return UsageError(command, UsageMessage(app, error, words));
  }
  const Words rest = app.remaining();
  if (!rest.empty() && rest[0].substr(0, 1) == "-" && rest[0] != "--") {
    return UsageError(
        command,
        UsageMessage(app, CLI::ExtrasError(command.name, rest), words));
  }
  return carry_out();
}

int RunTool(const std::string& called_as, Words words) {
  if (const Command* command = FindCommand(called_as)) {
    return RunCommand(*command, words);
  }
  if (words.empty()) {
    fputs(Help().c_str(), stderr);
    return kExitUsage;
  }
  const std::string word = words.front();
  words.erase(words.begin());
  if (word == "--version") {
    printf("relocatable %s\n", kVersion);
    return 0;
  }
  if (word == "--help" || word == "-h" || (word == "help" && words.empty())) {
    fputs(Help().c_str(), stdout);
    return 0;
  }
  if (word == "help") return RunTool(called_as, {words.front(), "--help"});
  const Command* command = FindCommand(word);
  if (command == nullptr) {
    const Words names = CommandNames();
    PrintError("",
               absl::StrCat("no ", word[0] == '-' ? "option" : "command", " '",
                            word, "'", DidYouMean(word, names),
                            " (there are: ", absl::StrJoin(names, ", "), ")"));
    return kExitUsage;
  }
  return RunCommand(*command, words);
}

// A start under a program's name that was not finished before libc.
int RunProgram(EarlyState& early) {
  const std::string called = early.dispatch.called;
  if (early.cannot_launch != nullptr) {
    PrintError(called, absl::StrCat("'", early.dispatch.pack, "' ",
                                    early.cannot_launch));
    return kExitRunFailure;
  }
  return Start(early.launch, {called, ""}, early.attempts);
}

// What RelocatableEarly does, of a nested start.
void FindNested(char** argv, EarlyState& early) {
  Invocation invocation;
  invocation.argv = argv;
  invocation.envp = environ;
  invocation.execfn = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  FindProgram(invocation, early.dispatch);
  if (early.dispatch.kind != Dispatch::kProgram) return;
  early.cannot_launch =
      LaunchFromTable(early.dispatch.table, early.dispatch.pack,
                      early.dispatch.name, early.space, early.launch);
  early.launch.argv = argv;
  early.launch.envp = environ;
}

int Main(int argc, char** argv) {
  EarlyState& early = Early();
  // argv lies where the kernel put it: right behind argc.
  if (!early.ran) {
    RelocatableEarly(reinterpret_cast<long*>(argv) - 1, nullptr, 0);
  }
  if (early.nested) FindNested(argv, early);
  switch (early.dispatch.kind) {
    case Dispatch::kProgram:
      return RunProgram(early);
    case Dispatch::kUnknownName:
    case Dispatch::kBadPack:
      return ReportDispatch(early.dispatch);
    case Dispatch::kTool:
      break;
  }
  const bare::Str called = bare::BaseName(argc > 0 ? argv[0] : "");
  const int status = RunTool(std::string(called.data, called.size),
                             Words(argv + (argc > 0 ? 1 : 0), argv + argc));
  if (fflush(stdout) != 0 || ferror(stdout)) {
    PrintError("", "cannot write to standard output");
    return kExitFailure;
  }
  return status;
}

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) { return relocatable::Main(argc, argv); }
