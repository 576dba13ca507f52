#include "engines/inprocess/inprocess.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <sys/mman.h>

#include <new>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/inprocess/filter.h"
#include "engines/inprocess/initial_stack.h"
#include "engines/inprocess/real_path.h"
#include "engines/inprocess/start.h"
#include "engines/inprocess/ways.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/handover.h"
#include "engines/intercept/map_patched.h"
#include "engines/intercept/payload_file.h"
#include "engines/intercept/program.h"
#include "engines/intercept/session.h"
#include "engines/intercept/signals.h"
#include "engines/view/layer.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;

Outcome Refused(const char* step, int error) {
  return {Outcome::kRefused, step, error};
}

bool HasPayload(const Launch& launch) {
  return launch.payload.directory[0] != '\0';
}

// Everything of one launch that lives until the program is mapped.
struct Workspace {
  Handover handover;
  Program program;
  char hosts[kMaxSessionMounts * 256];
  size_t hosts_used;
  FixedBuffer<kPathCapacity> payload_directory;
  FixedBuffer<kPathCapacity> self;
  FixedBuffer<kPathCapacity> execfn;
  const char** words;
  size_t word_count;
};

// Whether the host has something at a path where both are to be seen.
bool NeedsUnion(const View& view) {
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    if ((view.mounts[i].flags & kMountUnion) != 0 &&
        Syscall(__NR_faccessat, kAtFdcwd, view.mounts[i].guest, 0) == 0) {
      return true;
    }
  }
  return false;
}

// The same for a path in the view that is in force.
int RealPathInView(const char* guest, bare::Buffer& real) {
  PathRequest request;
  request.path = guest;
  Place place;
  if (const int error = TranslateExactly(request, place)) return error;
  if (place.only_in_view) return ENOENT;
  real.Append(place.path);
  return real.overflow() ? ENAMETOOLONG : 0;
}

// Keeps the real path of `path`, and says where.
int KeepRealPath(const char* path, Workspace& w, const char*& kept) {
  bare::Buffer real(w.hosts + w.hosts_used, sizeof(w.hosts) - w.hosts_used);
  const int error =
      IsOnAFloor() ? RealPathInView(path, real) : RealPath(path, real);
  if (error != 0) return error;
  w.hosts_used += real.size() + 1;
  kept = real.c_str();
  return 0;
}

bool IsLayer(const Mount& mount) { return (mount.flags & kMountLayer) != 0; }

bool HasLayer(const View& view) {
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    if (IsLayer(view.mounts[i])) return true;
  }
  return false;
}

// The mounts that are in force and stay: all but those that the launch
// replaces. A launch with a payload puts it in place of theirs.
void AddOuterMounts(const Launch& launch, Handover& handover) {
  const View& view = launch.view;
  const View& outer = session.view;
  if (outer.layer != nullptr && !HasLayer(view)) {
    handover.mounts[handover.mount_count++] = *outer.layer;
  }
  for (uint32_t i = 0; i < outer.mount_count; ++i) {
    bool replaced = false;
    for (uint32_t j = 0; j < view.mount_count; ++j) {
      replaced |= Str(view.mounts[j].guest) == outer.mounts[i].guest;
    }
    if (replaced) continue;
    Mount& mount = handover.mounts[handover.mount_count++];
    mount = outer.mounts[i];
    if (HasPayload(launch)) mount.flags &= ~kMountPayload;
  }
}

// A layer is the first of a session's mounts (MakeView).
void PutLayerFirst(Handover& h) {
  for (uint32_t i = 1; i < h.mount_count; ++i) {
    if (!IsLayer(h.mounts[i])) continue;
    const Mount layer = h.mounts[i];
    for (uint32_t k = i; k > 0; --k) h.mounts[k] = h.mounts[k - 1];
    h.mounts[0] = layer;
  }
}

// The pack's directory as the kernel knows it, seen from where its payload is,
// `real` for the launcher's `given`: the launcher may have come by links and
// "..", and each exec would again.
void FindPayload(Str directory, Str given, Str real, Workspace& w) {
  if (directory.empty() || w.payload_directory.size() > 0 ||
      !bare::StartsWith(given, directory)) {
    return;
  }
  const Str below = given.From(directory.size);
  if (bare::EndsWith(real, below)) {
    w.payload_directory.Append(real.First(real.size - below.size));
  }
}

// The launch's view with real host paths, in the handover and the session. A
// nested one is added to what is in force, unless it has a root of its own.
int PrepareView(const Launch& launch, Workspace& w) {
  const View& view = launch.view;
  Handover& h = w.handover;
  h.root = view.root;
  if (IsOnAFloor() && h.root.empty()) {
    h.root = session.view.root;
    AddOuterMounts(launch, h);
  } else if (IsOnAFloor()) {
    const char* root;
    if (const int error = KeepRealPath(view.root, w, root)) return error;
    h.root = root;
  }
  if (h.mount_count + view.mount_count > kMaxSessionMounts) return E2BIG;
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    const char* host;
    if (const int error = KeepRealPath(view.mounts[i].host, w, host)) {
      return error;
    }
    h.mounts[h.mount_count++] = {view.mounts[i].guest, host,
                                 view.mounts[i].flags};
    FindPayload(launch.payload.directory, view.mounts[i].host, host, w);
  }
  PutLayerFirst(h);
  session.view = MakeView(h.root.data, h.mounts, h.mount_count);
  session.view.layer_first = HasLayer(view);
  bare::Buffer strings(w.hosts + w.hosts_used, sizeof(w.hosts) - w.hosts_used);
  const uint32_t layers = LayerCount(session.view);
  AddWays(launch.envp, h.mounts + layers, kMaxSessionMounts - layers, strings);
  h.mount_count = session.view.mount_count + layers;
  return 0;
}

// The payload's tables, from now on: the search for the program is the first to
// ask them.
void PreparePayload(const Launch& launch, Workspace& w) {
  if (HasPayload(launch)) {
    if (w.payload_directory.size() == 0) {
      w.payload_directory.Append(launch.payload.directory);
    }
    session.payload = launch.payload;
    session.payload.directory = w.payload_directory.c_str();
    if (w.payload_directory.overflow()) session.payload = Payload();
    OpenPayload();
  }
  w.handover.payload = session.payload;
}

int FindAt(const char* path, Workspace& w) {
  w.program.script_count = 0;
  w.program.interpreter.Clear();
  w.program.interpreter_host.Clear();
  PathRequest request;
  request.path = path;
  w.execfn.Clear();
  w.execfn.Append(path);
  return FindProgram(request, w.program);
}

// execvp(3)'s search, in the view.
int FindInPath(const Launch& launch, Workspace& w) {
  const char* path = bare::GetEnv(launch.envp, "PATH");
  Str rest(path != nullptr ? path : "/bin:/usr/bin");
  int found = ENOENT;
  for (bool more = true; more;) {
    const size_t colon = bare::Find(rest, ':');
    more = colon != bare::kNotFound;
    const Str dir = more ? rest.First(colon) : rest;
    if (more) rest = rest.From(colon + 1);
    FixedBuffer<kPathCapacity> candidate;
    if (!dir.empty()) candidate.Append(dir).Append("/");
    candidate.Append(launch.program);
    if (candidate.overflow()) continue;
    const int error = FindAt(candidate.c_str(), w);
    if (error == 0 || error == ENOEXEC) return error;
    if (error == EACCES) found = EACCES;
  }
  return found;
}

size_t Count(char* const* words) {
  size_t count = 0;
  while (words[count] != nullptr) ++count;
  return count;
}

// The program and its arguments, as exec.cc finds them for a child.
int PrepareProgram(const Launch& launch, Workspace& w) {
  const bool search =
      launch.search_path && bare::Find(launch.program, '/') == bare::kNotFound;
  int error = launch.program[0] == '\0' ? ENOENT
              : search                  ? FindInPath(launch, w)
                                        : FindAt(launch.program, w);
  FixedBuffer<kPathCapacity> text_file;
  const bool by_shell = error == ENOEXEC;
  if (by_shell) {
    text_file.Append(w.execfn.str());
    error = FindAt("/bin/sh", w);
  }
  if (error != 0) return error;
  if (w.program.kind == Program::kElf32) return ENOEXEC;

  const size_t capacity = Count(launch.argv) + 2 * kMaxScripts + 4;
  const long map =
      Syscall(__NR_mmap, nullptr, capacity * sizeof(char*) + kPathCapacity,
              PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map < 0 && map > -4096) return ENOMEM;
  char* strings = reinterpret_cast<char*>(map);
  w.words = reinterpret_cast<const char**>(strings + kPathCapacity);
  size_t n = 1;  // the first is for a handover
  const auto keep = [&](Str s) {
    bare::Buffer kept(strings, kPathCapacity);
    kept.Append(s);
    strings += kept.size() + 1;
    return kept.c_str();
  };
  for (int i = w.program.script_count; i-- > 0;) {
    w.words[n++] = keep(w.program.scripts[i].interpreter);
    if (w.program.scripts[i].argument != nullptr) {
      w.words[n++] = keep(w.program.scripts[i].argument);
    }
  }
  char* const* rest = launch.argv;
  if (by_shell) w.words[n++] = "/bin/sh";
  if (by_shell || w.program.script_count > 0) {
    w.words[n++] = keep(by_shell ? text_file.str() : w.execfn.str());
    if (*rest != nullptr) ++rest;
  }
  for (; *rest != nullptr; ++rest) w.words[n++] = *rest;
  w.words[n] = nullptr;
  w.word_count = n - 1;
  return 0;
}

int EnterDirectory(const char* guest) {
  PathRequest request;
  request.path = guest;
  Place place;
  if (const int error = TranslateExactly(request, place)) return error;
  return static_cast<int>(-Syscall(__NR_chdir, place.path));
}

int FindSelf(const Launch& launch, Workspace& w) {
  char text[kPathCapacity];
  const long size =
      Syscall(__NR_readlinkat, kAtFdcwd, "/proc/self/exe", text, sizeof(text));
  if (size > 0) {
    w.self.Append(Str(text, static_cast<size_t>(size)));
  } else {
    w.self.Append(launch.self);
  }
  return w.self.size() > 0 && !w.self.overflow() ? 0 : ENOENT;
}

// The process starts over as this binary, then as the program.
Outcome StartOver(const Launch& launch, Workspace& w) {
  const long map =
      Syscall(__NR_mmap, nullptr, kHandoverCapacity, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map < 0 && map > -4096) return Refused("get memory", ENOMEM);
  bare::Buffer written(reinterpret_cast<char*>(map), kHandoverCapacity);
  if (!WriteHandover(w.handover, written)) {
    return Refused("describe the view", E2BIG);
  }
  w.words[0] = written.c_str();
  const long error =
      -Syscall(__NR_execve, w.handover.stub.data, w.words, launch.envp);
  return Refused("execute this program again", static_cast<int>(error));
}

// What the kernel alone can run (program.h).
Outcome ExecNatively(const Launch& launch, const Workspace& w) {
  const long error =
      -Syscall(__NR_execve, w.program.host.c_str(), w.words + 1, launch.envp);
  return {Outcome::kProgramFailed, "execute", static_cast<int>(error)};
}

// Whether nothing at all of a static program can be patched.
bool HasNoSites(const Program& program) {
  if (program.interpreter_host.size() > 0) return false;
  const long fd = Syscall(__NR_openat, kAtFdcwd, program.host.c_str(),
                          02000000 /* O_CLOEXEC */, 0);
  if (fd < 0) return false;
  const uint32_t count = CountPatchSites(fd);
  Syscall(__NR_close, fd);
  return count == 0;
}

}  // namespace

Outcome TryInprocess(const Launch& launch) {
  if (const int error = CanInstallFilter(SECCOMP_RET_TRAP)) {
    return Refused("use a seccomp filter", error);
  }
  return StartOnFloor(launch, nullptr);
}

Outcome StartOnFloor(const Launch& launch, Outcome (*raise)(Floor&)) {
  if (reinterpret_cast<uint64_t>(reloc_abi) != kInterceptBase) {
    return Refused("find the interceptor at its address", ENOSYS);
  }
  const bool nested = IsOnAFloor();
  if (!nested && NeedsUnion(launch.view)) {
    return Refused("show the host's store beside the pack's", ENOSYS);
  }
  static char space[sizeof(Workspace)] __attribute__((aligned(16)));
  Workspace& w = *new (space) Workspace();
  if (const int error = FindSelf(launch, w)) {
    return Refused("find this program's own file", error);
  }
  if (const int error = PrepareView(launch, w)) {
    return Refused("find what to show at a path of the view", error);
  }
  if (raise != nullptr) {
    const Outcome refusal = raise(w.handover.floor);
    if (refusal.error != 0) return refusal;
  }
  PreparePayload(launch, w);
  if (launch.cwd != nullptr) {
    if (const int error = EnterDirectory(launch.cwd)) {
      return {Outcome::kProgramFailed, "enter the directory", error};
    }
  }
  if (const int error = PrepareProgram(launch, w)) {
    return {Outcome::kProgramFailed, "execute", error};
  }
  if (w.program.RunsNatively()) return ExecNatively(launch, w);
  if (w.handover.floor == Floor::kNone && HasNoSites(w.program)) {
    return Refused("patch a system call of this static program", ENOSYS);
  }
  const bool is_stub = w.program.kind == Program::kStub;
  w.handover.ignored_signals =
      nested ? IgnoredSignals() : InheritedIgnoredSignals();
  w.handover.stub = is_stub ? w.program.host.str() : w.self.str();
  w.handover.program_guest = w.program.guest.str();
  w.handover.program_host = w.program.host.str();
  w.handover.interpreter_host = w.program.interpreter_host.str();
  w.handover.execfn = w.execfn.str();
  w.handover.comm = bare::BaseName(w.execfn.str());
  w.handover.kept_fd = w.program.kept_fd;
  if (is_stub || launch.initial_stack == nullptr) return StartOver(launch, w);
  return BecomeProgram(
      {&w.handover, w.words + 1, w.word_count, launch.initial_stack});
}

Outcome TryWithoutFloor(const Launch& launch) {
  const Outcome outcome = StartOnFloor(launch, [](Floor& floor) {
    floor = session.floor = Floor::kNone;
    return Outcome();
  });
  session.floor = Floor::kToRaise;
  return outcome;
}

bool IsOnAFloor() { return session.floor != Floor::kToRaise; }

Outcome StartNested(const Launch& launch) {
  return StartOnFloor(launch, [](Floor& floor) {
    floor = session.floor;
    return Outcome();
  });
}

bool IsInprocessStart(char* const* argv) { return IsHandover(argv[0]); }

void ContinueInprocess(long* initial_stack) {
  static Handover handover;
  InitialStack stack = ReadInitialStack(initial_stack);
  Outcome outcome = {Outcome::kRefused, "read the handover", EINVAL};
  if (ReadHandover(stack.argv[0], handover)) {
    outcome = IsNested(handover)
                  ? ContinueNested(handover, initial_stack)
                  : BecomeProgram({&handover, stack.argv + 1, stack.argc - 1,
                                   initial_stack});
    if (outcome.error == 0) return;
  }
  FixedBuffer<512> text;
  text.Append("relocatable: ").Append(EngineName(handover));
  text.Append(": cannot ").Append(outcome.step);
  text.Append(" (errno ")
      .AppendNumber(static_cast<unsigned long>(outcome.error));
  text.Append(")\n");
  Syscall(__NR_write, 2, text.c_str(), text.size());
  while (true) Syscall(__NR_exit_group, 125);
}

}  // namespace relocatable
