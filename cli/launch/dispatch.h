// cli/launch/dispatch.h - which program a start of this binary means.
//
// A pack's names are links to this binary, so the name it was started under
// says what to run. The rules, in this order (docs/design.md section 5):
//
//   1. AT_EXECFN, if its chain of links ends at this binary: the last link.
//   2. argv[0], if it is a path, by the same rule: for a script whose first
//   line
//      names a link of the pack, AT_EXECFN is the script.
//   3. argv[0]'s last component, if it is a name of this binary's pack: for
//      `exec -a NAME` and for fexecve.
//   4. Otherwise it is the tool itself, with sub-commands.
//
// A copy of the binary below a pack, as `cp -L` makes of a link, counts as the
// link. "Ends at this binary" is decided by comparing the file's first page
// with ours in memory: /proc may be missing, and a copy is another inode.
//
// Freestanding: runs before libc.
#ifndef CLI_LAUNCH_DISPATCH_H_
#define CLI_LAUNCH_DISPATCH_H_

#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX
#include <stdint.h>

#include "pack/launch_table.h"

namespace relocatable {

// How the kernel started this process.
struct Invocation {
  const char* execfn = "";  // AT_EXECFN, getauxval(3); "" if there is none
  char* const* argv = nullptr;
  char* const* envp = nullptr;
};

struct Dispatch {
  enum Kind : int {
    kTool,         // the command line says what to do
    kProgram,      // start `name` of the table
    kUnknownName,  // a link into a pack that the pack has no name for
    kBadPack,      // `pack`/launch cannot be used: `problem`
  };
  Kind kind;
  char pack[PATH_MAX];  // the pack's directory, absolute; "" if there is none
  char called[NAME_MAX + 1];  // the word it was called by
  uint32_t name;              // kProgram: index into the table
  LaunchTable table;          // kProgram, kUnknownName: stays mapped
  const char* problem;        // kBadPack: words that follow the file's name
  int error;                  // kBadPack: errno, or 0
};

// Decides by the rules above. `dispatch` is filled from scratch.
void FindProgram(const Invocation& invocation, Dispatch& dispatch);

// The pack in directory `dir`: fills pack and table. False if it is none, or
// (kind kBadPack) one that cannot be used.
bool FindPackDirectory(const char* dir, Dispatch& dispatch);

// The program of a pack that the link `path` is, whatever binary the pack
// holds. False if it is no such link; else kind says what was found.
bool FindPackLink(const char* path, Dispatch& dispatch);

// Maps DIR/launch and checks it. True: `table` stays mapped for ever. False:
// there is none (problem nullptr), or it cannot be used (problem, error).
bool MapLaunchTable(bare::Str dir, LaunchTable& table, const char*& problem,
                    int& error);

}  // namespace relocatable

#endif  // CLI_LAUNCH_DISPATCH_H_
