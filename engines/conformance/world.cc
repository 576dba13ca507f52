#include "engines/conformance/world.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "engines/conformance/native.h"

namespace relocatable {
namespace {

// Supplementary groups, so that their loss would be seen. Neither is known to
// a Debian system.
constexpr gid_t kGroups[] = {4711, 4712};

[[noreturn]] void Fail(const std::string& message) {
  dprintf(2, "conformance: %s\n", message.c_str());
  _exit(125);
}

// Removes `name` below the directory `at` whatever its depth and modes.
void RemoveTree(int at, const char* name) {
  if (unlinkat(at, name, 0) == 0 || errno == ENOENT) return;
  // Fails for a directory of another user, which root may read anyway.
  static_cast<void>(fchmodat(at, name, 0700, 0) == 0);
  const int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  DIR* directory = fd < 0 ? nullptr : fdopendir(fd);
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    const std::string inner = entry->d_name;
    if (inner != "." && inner != "..") RemoveTree(fd, entry->d_name);
  }
  closedir(directory);
  unlinkat(at, name, AT_REMOVEDIR);
}

std::string Shell(const std::string& command) {
  const Finished f = RunProgram({"/bin/sh", "-ec", command});
  return f.status == 0 ? "" : f.err;
}

}  // namespace

World::World(const std::string& archive, const std::string& relocatable,
             bool packed)
    : has_relocatable_(!relocatable.empty()) {
  char name[] = "/tmp/conformance.XXXXXX";
  if (mkdtemp(name) == nullptr) {
    error_ = absl::StrCat("cannot make a directory: ", strerror(errno));
    return;
  }
  root_ = name;
  error_ = Shell(absl::StrCat("umask 022; chmod 755 ", root_, "; mkdir ", root_,
                              "/empty; tar xpf ", archive, " -C ", root_));
  if (error_.empty() && has_relocatable_) {
    error_ = Shell(
        absl::StrCat("install ", relocatable, " ", root_, "/relocatable"));
  }
  const auto item = [&](const char* pattern) {
    const Finished f = RunProgram(
        {"/bin/sh", "-c", absl::StrCat("cd ", root_, " && echo ", pattern)});
    return absl::StrCat("/", f.out.substr(0, f.out.find('\n')));
  };
  item_ = item("gnu/store/*-programs-1");
  profile_ = item("gnu/store/*-profile");
  if (error_.empty() && packed) error_ = MakePack();
  packed_ = packed;
}

std::string World::MakePack() const {
  const Finished f = RunProgram({absl::StrCat(root_, "/relocatable"), "pack",
                                 "-q", "--scan", "-o", pack(), item_, profile_},
                                {.before_exec = [&] {
                                  const std::string error = EnterNativeView(
                                      store(), root_ + "/empty");
                                  if (!error.empty()) Fail(error);
                                }});
  return f.status == 0 ? "" : f.err;
}

void World::Deny(const std::string& deny, const std::string& rules) {
  error_ = Shell(absl::StrCat("install ", deny, " ", root_, "/deny"));
  denied_ = rules;
}

World::~World() {
  if (root_.empty()) return;
  RemoveTree(AT_FDCWD, root_.c_str());
}

std::string World::Expand(const std::string& text) const {
  return absl::StrReplaceAll(text, {{"@ITEM@", item_},
                                    {"@PROFILE@", profile_},
                                    {"@SCRATCH@", root_ + "/scratch"},
                                    {"@TREE@", root_}});
}

std::vector<std::string> World::CommandLine(const Case& c,
                                            const std::string& engine) const {
  std::vector<std::string> command;
  for (const std::string& word : c.driver) {
    command.push_back(command.empty()
                          ? absl::StrCat(root_, item_, "/bin/", word)
                          : Expand(word));
  }
  if (!denied_.empty()) {
    command.insert(command.end(), {root_ + "/deny", denied_, "--"});
  }
  absl::string_view name = engine;
  if (absl::ConsumeSuffix(&name, "_pack")) {
    // A pack starts its own programs only: one of them becomes any.
    for (const std::string& word : {pack() + "/relocatable", std::string("run"),
                                    absl::StrCat("--engine=", name),
                                    std::string("--name=bin/become"), pack()}) {
      command.push_back(word);
    }
  } else if (engine != "native") {
    for (const std::string& word :
         {absl::StrCat(root_, "/relocatable"), std::string("run"),
          absl::StrCat("--engine=", engine), std::string("-b"),
          absl::StrCat(store(), ":/gnu/store:ro"), std::string("--")}) {
      command.push_back(word);
    }
  }
  for (const std::string& word : c.argv) command.push_back(Expand(word));
  return command;
}

void World::MakeScratch(uid_t uid) const {
  const std::string scratch = root_ + "/scratch";
  RemoveTree(AT_FDCWD, scratch.c_str());
  if (mkdir(scratch.c_str(), 0755) != 0 ||
      (geteuid() == 0 && chown(scratch.c_str(), uid, uid) != 0)) {
    perror("conformance: scratch directory");
  }
}

void World::Prepare(const Case& c, const std::string& engine, uid_t uid) const {
  if (engine == "native" || (in_user_namespace_ && geteuid() != 0)) {
    const std::string error =
        EnterNativeView(engine == "native" ? store() : "", root_ + "/empty");
    if (!error.empty()) Fail(error);
  }
  if (geteuid() == 0 &&
      (setgroups(2, kGroups) != 0 || setresgid(uid, uid, uid) != 0 ||
       setresuid(uid, uid, uid) != 0)) {
    Fail(absl::StrCat("cannot become user ", uid, ": ", strerror(errno)));
  }
  if (chdir((root_ + "/scratch").c_str()) != 0) Fail("cannot chdir to scratch");
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  if (c.setup != nullptr) c.setup();
}

std::string World::MakeCache(uid_t uid) const {
  const std::string cache = absl::StrCat(root_, "/cache-", uid);
  if (mkdir(cache.c_str(), 0700) == 0 && geteuid() == 0 &&
      chown(cache.c_str(), uid, uid) != 0) {
    perror("conformance: cache");
  }
  return cache;
}

Finished World::Run(const Case& c, const std::string& engine, uid_t uid) const {
  MakeScratch(uid);
  std::vector<std::string> environment;
  for (const std::string& variable : c.environment) {
    environment.push_back(Expand(variable));
  }
  environment.push_back(absl::StrCat("RELOCATABLE_CACHE_DIR=", MakeCache(uid)));
  return RunProgram(CommandLine(c, engine),
                    {.env = environment,
                     .set_env = true,
                     .before_exec = [&] { Prepare(c, engine, uid); },
                     .timeout_seconds = 60});
}

bool World::Says(const Finished& f, const std::string& line) const {
  return absl::StrContains("\n" + f.out, "\n" + Expand(line) + "\n");
}

}  // namespace relocatable
