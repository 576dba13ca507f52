// engines/view/view.h - what a program shall see: a root and a list of mounts.
//
// A guest path is a path as the program says it; a host path is one as the
// kernel knows it. A view maps the first to the second:
//
//   root     the host directory that is the program's "/"; "" for the host's
//   own mounts   guest path -> host path; the deepest guest path wins, of equal
//            ones the last; a mount hides what its guest path held before
//
// Plain data, so that the freestanding half can build one from a mapped launch
// table; it owns nothing. Guest paths are absolute and normal: no "//", "/./",
// "/../" nor trailing slash. Host paths are absolute and may contain anything.
#ifndef ENGINES_VIEW_VIEW_H_
#define ENGINES_VIEW_VIEW_H_

#include <stdint.h>

namespace relocatable {

// Bits of Mount::flags; also stored in launch tables: never renumber.
inline constexpr uint32_t kMountReadOnly = 1;  // EROFS through the guest path
// The guest path may exist on the host (a Guix or Nix machine): what is there
// stays visible beside the mount's own entries, which win.
inline constexpr uint32_t kMountUnion = 2;
// A layer, at guest path "/": the host directory holds files at their guest
// paths ("usr/bin/git"). Where it has one, that is meant, and where it has none
// the host's. It applies per process: only programs whose own file lies in the
// layer see it, and a program of the host sees the host. A view has at most
// one.
inline constexpr uint32_t kMountLayer = 4;
// Not stored: the payload of the launch's pack (payload.h).
inline constexpr uint32_t kMountPayload = 8;
// Not stored: a directory that only the view has, and which holds nothing but
// what leads to mounts (engines/inprocess/ways.h).
inline constexpr uint32_t kMountWay = 16;

struct Mount {
  const char* guest = "";
  const char* host = "";
  uint32_t flags = 0;
};

struct View {
  const char* root = "";
  const Mount* mounts = nullptr;
  uint32_t mount_count = 0;

  // Of a process (engines/view/layer.h): the layer, which is then not among
  // `mounts`, or nullptr.
  const Mount* layer = nullptr;
  // Whether the program sees it; else it sees only the layer's programs, where
  // the host has nothing of that name.
  bool layer_first = false;
};

// Whether every guest path of `view` is already the same file (device and
// inode) as its host path, as inside an engine that has set up this very view:
// then a program can be exec'ed directly. False for a view with a root.
bool AlreadyInForce(const View& view);

}  // namespace relocatable

#endif  // ENGINES_VIEW_VIEW_H_
