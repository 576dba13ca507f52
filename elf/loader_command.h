// elf/loader_command.h - the interpreter rewriter: a program as a command line
// of its own ld.so.
//
// A program names its ld.so by an absolute path (PT_INTERP). Where that path
// does not exist, the kernel cannot start it; but ld.so can be started as a
// command and told which program to load, and where its libraries are:
//
//   HOST/ld.so --argv0 NAME --library-path DIRS HOST/PROG ARGS...
//
// Facts this rests on (glibc 2.36, musl 1.2.3; loader_command_test.cc):
// - argv[0] of the program is what --argv0 says (glibc 2.33), else its path;
// - --library-path replaces LD_LIBRARY_PATH, even an empty one does: the user's
//   value goes in front. It stands behind DT_RPATH and before RUNPATH;
// - $ORIGIN is the folder of the path given, which therefore is the real
// file's;
// - the environment stays as it is, for children too.
#ifndef ELF_LOADER_COMMAND_H_
#define ELF_LOADER_COMMAND_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "elf/closure.h"
#include "elf/cpu.h"
#include "elf/file_tree.h"

namespace relocatable {

struct CommandRequest {
  std::string name;               // what the program shall see as argv[0]
  std::vector<std::string> args;  // what follows it
  std::string library_path;       // the user's LD_LIBRARY_PATH
  Cpu cpu = HostCpu();
};

struct LoaderCommand {
  std::string file;               // for execve: the ld.so's host path
  std::vector<std::string> argv;  // argv[0] is the ld.so's guest path
  // False: this ld.so has no --argv0. The program sees its host path as
  // argv[0].
  bool passes_name = false;
};

// The plain form, which runs as it stands. `tree` maps guest paths to host
// paths, `closure` is of a program in it; `host` is the host's own tree.
//
// Refused (kFailedPrecondition) if something is missing, if the file has no
// interpreter, and where ld.so would look at guest paths that are elsewhere on
// the host: a DT_RPATH (which precedes --library-path) or a NEEDED with a slash
// that lies in what `tree` moves. "'PROG': its DT_RPATH names '/gnu/store/…',
// which is elsewhere on this host (an engine that translates paths can run
// it)".
absl::StatusOr<LoaderCommand> PlainCommand(const FileTree& tree,
                                           const FileTree& host,
                                           const Closure& closure,
                                           const CommandRequest& request);

// The command as a line for sh(1): what needs quotes is in single ones.
std::string ShellLine(const LoaderCommand& command);

}  // namespace relocatable

#endif  // ELF_LOADER_COMMAND_H_
