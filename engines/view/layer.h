// engines/view/layer.h - the view of a pack of a machine's programs: its files
// lie over the host's, at their own paths.
//
// A layer is a host directory that holds files at guest paths ("usr/bin/git"),
// in the form of a merged /usr: /bin, /sbin and /lib* are below /usr. Which of
// the two is meant where both have a file depends on the path (LayerOrder); a
// directory on both sides is one directory, and what is made goes to the
// host's.
//
// It is seen per process. A program that lies in the layer sees it (layer_first
// in its View). A program of the host sees the host, with its own libraries;
// only programs of the layer that the host lacks are there for it too, so that
// a hook or an editor can start what is packed.
//
// Freestanding.
#ifndef ENGINES_VIEW_LAYER_H_
#define ENGINES_VIEW_LAYER_H_

#include <stdint.h>

#include "base/bare/str.h"
#include "engines/view/view.h"

namespace relocatable {

enum class LayerOrder : uint8_t {
  kLayerFirst,
  // Configuration: users, name servers, certificates, the time zone.
  kHostFirst,
  // Devices and what runs.
  kHostOnly,
  // What tells a dynamic linker to load libraries: the host's are of another
  // libc.
  kLayerOnly,
};

// Whose file the guest path means, for a program that sees the layer.
LayerOrder OrderAt(bare::Str guest);

// Whether `guest` is one of the names of "/" that a merged /usr has as links:
// "/lib64" is "usr/lib64".
bool IsUsrName(bare::Str guest);

// Sets `host` to where the layer has `guest`, if it does.
void HostInLayer(const Mount& layer, bare::Str guest, bare::Buffer& host);

// Appends to `merged` the path that a layer keeps `guest` at: "/usr/bin/sh" for
// "/bin/sh".
void MergedPath(bare::Str guest, bare::Buffer& merged);

// Sets `host` to the pack's own file for `guest`, in a layer or behind a mount.
void HostOfPacked(const View& view, bare::Str guest, bare::Buffer& host);

// Whether the host path `host` is the layer's, or in it.
bool IsInLayer(const View& view, bare::Str host);

// A view of these mounts. A layer among them is the first.
View MakeView(const char* root, const Mount* mounts, uint32_t count);

// Whether one of a launch's mounts is a layer.
bool HasLayer(const Mount* mounts, uint32_t count);

// How many of the launch's mounts are layers, in front of the others: 0 or 1.
inline uint32_t LayerCount(const View& view) {
  return view.layer != nullptr ? 1 : 0;
}

}  // namespace relocatable

#endif  // ENGINES_VIEW_LAYER_H_
