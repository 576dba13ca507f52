#include "engines/inprocess/prepare_view.h"

#include <errno.h>

#include "engines/inprocess/real_path.h"
#include "engines/inprocess/ways.h"
#include "engines/intercept/payload_file.h"
#include "engines/intercept/translate.h"
#include "engines/view/layer.h"

namespace relocatable {
namespace {

using bare::Str;

bool HasPayload(const Launch& launch) {
  return launch.payload.directory[0] != '\0';
}

// The real path of a path in the view that is in force.
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
int KeepRealPath(const char* path, ViewSpace& space, const char*& kept) {
  bare::Buffer real(space.hosts + space.hosts_used,
                    sizeof(space.hosts) - space.hosts_used);
  const int error =
      IsOnAFloor() ? RealPathInView(path, real) : RealPath(path, real);
  if (error != 0) return error;
  space.hosts_used += real.size() + 1;
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
void FindPayload(Str directory, Str given, Str real, ViewSpace& space) {
  if (directory.empty() || space.payload_directory.size() > 0 ||
      !bare::StartsWith(given, directory)) {
    return;
  }
  const Str below = given.From(directory.size);
  if (bare::EndsWith(real, below)) {
    space.payload_directory.Append(real.First(real.size - below.size));
  }
}

}  // namespace

int PrepareView(const Launch& launch, ViewSpace& space, Handover& h) {
  const View& view = launch.view;
  h.root = view.root;
  if (IsOnAFloor() && h.root.empty()) {
    h.root = session.view.root;
    AddOuterMounts(launch, h);
  } else if (IsOnAFloor()) {
    const char* root;
    if (const int error = KeepRealPath(view.root, space, root)) return error;
    h.root = root;
  }
  if (h.mount_count + view.mount_count > kMaxSessionMounts) return E2BIG;
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    const char* host;
    if (const int error = KeepRealPath(view.mounts[i].host, space, host)) {
      return error;
    }
    h.mounts[h.mount_count++] = {view.mounts[i].guest, host,
                                 view.mounts[i].flags};
    FindPayload(launch.payload.directory, view.mounts[i].host, host, space);
  }
  PutLayerFirst(h);
  session.view = MakeView(h.root.data, h.mounts, h.mount_count);
  session.view.layer_first = HasLayer(view);
  bare::Buffer strings(space.hosts + space.hosts_used,
                       sizeof(space.hosts) - space.hosts_used);
  const uint32_t layers = LayerCount(session.view);
  AddWays(launch.envp, h.mounts + layers, kMaxSessionMounts - layers, strings);
  h.mount_count = session.view.mount_count + layers;
  return 0;
}

void PreparePayload(const Launch& launch, ViewSpace& space, Handover& h) {
  if (HasPayload(launch)) {
    if (space.payload_directory.size() == 0) {
      space.payload_directory.Append(launch.payload.directory);
    }
    session.payload = launch.payload;
    session.payload.directory = space.payload_directory.c_str();
    if (space.payload_directory.overflow()) session.payload = Payload();
    OpenPayload();
  }
  h.payload = session.payload;
}

}  // namespace relocatable
