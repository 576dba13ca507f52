// `relocatable run`: what the operand is decides what is started.
//
//   a directory with a `launch` file   the pack's entry point, or --name
//   a link of a pack                   that program, in the pack's view
//   anything else                      a program, found in PATH inside the view
//
// Binds and --root are added to a pack's own view.
#include "cli/run.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "cli/launch/dispatch.h"
#include "cli/launch/pack_launch.h"
#include "cli/start.h"
#include "cli/view_options.h"

namespace relocatable {
namespace {

constexpr char kName[] = "run";

struct RunOptions {
  std::string engine, root, cd, name;
  std::vector<std::string> binds;
};

// A launch and all that it points into.
struct Prepared {
  Launch launch;
  PackLaunchSpace space = {};
  std::vector<Bind> binds;
  std::vector<Mount> mounts;
  std::vector<char*> argv;
  std::string root, cwd;
};

int Fail(int status, absl::string_view message) {
  PrintError(kName, message);
  return status;
}

absl::Status PrepareView(const RunOptions& options, Prepared& p) {
  for (const std::string& text : options.binds) {
    RELOC_ASSIGN_OR_RETURN(Bind bind, ParseBind(text));
    p.binds.push_back(std::move(bind));
  }
  for (uint32_t i = 0; i < p.launch.view.mount_count; ++i) {
    p.mounts.push_back(p.launch.view.mounts[i]);
  }
  for (const Bind& bind : p.binds) {
    p.mounts.push_back({bind.guest.c_str(), bind.host.c_str(),
                        (bind.read_only ? kMountReadOnly : 0) |
                            (bind.layer ? kMountLayer : 0)});
  }
  if (!options.root.empty()) {
    char real[PATH_MAX];
    if (realpath(options.root.c_str(), real) == nullptr) {
      return ErrnoError(
          errno, absl::StrCat("cannot use '", options.root, "' as root"));
    }
    struct stat st;
    if (stat(real, &st) == 0 && !S_ISDIR(st.st_mode)) {
      return ErrnoError(
          ENOTDIR, absl::StrCat("cannot use '", options.root, "' as root"));
    }
    if (std::string(real) != "/") p.root = real;
  }
  p.launch.view = {p.root.c_str(), p.mounts.data(),
                   static_cast<uint32_t>(p.mounts.size())};
  return absl::OkStatus();
}

void PrepareCwd(const RunOptions& options, Prepared& p) {
  if (!options.cd.empty()) {
    p.cwd = options.cd;
    // As a shell's cd does: programs believe PWD where it fits (getcwd(3)).
    if (getenv("PWD") != nullptr) setenv("PWD", options.cd.c_str(), 1);
  } else if (!p.root.empty()) {
    char cwd[PATH_MAX];
    p.cwd = getcwd(cwd, sizeof(cwd)) != nullptr && cwd[0] == '/'
                ? GuestCwd(cwd, p.root, p.binds)
                : "/";
  }
  if (!p.cwd.empty()) p.launch.cwd = p.cwd.c_str();
}

// Takes name `index` of the pack in `d` as the program.
int PreparePackProgram(const Dispatch& d, uint32_t index, Prepared& p) {
  if (const char* problem =
          LaunchFromTable(d.table, d.pack, index, p.space, p.launch)) {
    return Fail(kExitRunFailure, absl::StrCat("'", d.pack, "' ", problem));
  }
  return 0;
}

// The pack in directory `operand`: its entry point, or `name`.
int PreparePack(const std::string& operand, const std::string& name,
                Dispatch& d, Prepared& p) {
  uint32_t index = d.table.header().entry_point;
  if (!name.empty()) {
    index = d.table.FindPath({name.data(), name.size()});
    if (index == kNoName) index = d.table.FindWord({name.data(), name.size()});
    if (index == kNoName) {
      d.kind = Dispatch::kUnknownName;
      bare::Buffer(d.called, sizeof(d.called))
          .Append({name.data(), name.size()});
      return ReportDispatch(d);
    }
  }
  if (index == kNoName) {
    return Fail(kExitRunFailure,
                absl::StrCat("'", operand,
                             "' has no entry point; say which program with "
                             "--name=NAME, or pack with --entry-point=NAME"));
  }
  const bare::Str word =
      bare::BaseName(d.table.string(d.table.name(index).name));
  p.argv[0] = const_cast<char*>(word.data);
  return PreparePackProgram(d, index, p);
}

bool IsDirectory(const std::string& path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

// Decides what `operand` is. Returns 0 or an exit status, after its message.
int PrepareProgram(const std::string& operand, const RunOptions& options,
                   Dispatch& d, Prepared& p) {
  const bool on_host = options.root.empty();
  if (on_host && IsDirectory(operand)) {
    if (FindPackDirectory(operand.c_str(), d)) {
      return PreparePack(operand, options.name, d, p);
    }
    if (d.kind == Dispatch::kBadPack) return ReportDispatch(d);
    return Fail(kExitNotExecutable,
                absl::StrCat("'", operand,
                             "' is a directory without a file 'launch': it is "
                             "no pack"));
  }
  if (!options.name.empty()) {
    return Fail(kExitRunFailure, absl::StrCat("--name goes with a pack, and '",
                                              operand, "' is none"));
  }
  if (on_host && FindPackLink(operand.c_str(), d)) {
    if (d.kind != Dispatch::kProgram) return ReportDispatch(d);
    return PreparePackProgram(d, d.name, p);
  }
  p.launch.program = operand.c_str();
  p.launch.search_path = true;
  return 0;
}

int Run(const RunOptions& options, std::vector<std::string> words) {
  if (words.empty()) {
    return Fail(kExitRunFailure,
                "which pack or program? (relocatable run [OPTION...] "
                "PACK|PROGRAM [ARG...])");
  }
  const auto p = std::make_unique<Prepared>();
  const auto d = std::make_unique<Dispatch>();
  for (std::string& word : words) p->argv.push_back(word.data());
  p->argv.push_back(nullptr);
  if (int status = PrepareProgram(words[0], options, *d, *p)) return status;
  if (absl::Status status = PrepareView(options, *p); !status.ok()) {
    return Fail(kExitRunFailure, status.message());
  }
  PrepareCwd(options, *p);
  p->launch.argv = p->argv.data();
  p->launch.envp = environ;
  Attempts attempts;
  return Start(p->launch, {kName, options.engine}, attempts);
}

std::function<int()> Declare(CLI::App& app) {
  const auto options = std::make_shared<RunOptions>();
  app.add_option("-e,--engine", options->engine,
                 "Engine, or a comma list of engines to try in order")
      ->type_name("NAME");
  app.add_option("-b,--bind", options->binds,
                 "Show host SRC at DST (default: SRC); :ro for read-only")
      ->type_name("SRC[:DST[:ro]]")
      ->allow_extra_args(false);
  app.add_option("-r,--root", options->root,
                 "Make DIR the root; nothing else of the host but binds")
      ->type_name("DIR");
  app.add_option("-w,--cd", options->cd, "Start in directory DIR of the view")
      ->type_name("DIR");
  app.add_option("--name", options->name,
                 "Program of the pack to start (default: its entry point)")
      ->type_name("NAME");
  // The first word that is no option ends ours: the rest is the program's.
  app.prefix_command();
  return [&app, options] {
    std::vector<std::string> words = app.remaining();
    if (!words.empty() && words[0] == "--") words.erase(words.begin());
    return Run(*options, words);
  };
}

}  // namespace

const Command kRunCommand = {
    kName,
    "run a pack's program, or any program in a view",
    "relocatable run -b ./store:/gnu/store:ro -- bash",
    kExitRunFailure,
    Declare,
};

}  // namespace relocatable
