#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::FixedBuffer;
using bare::Str;

// A view's root as a prefix: "/" and "" are both nothing.
Str RootPrefix(const View& view) {
  const Str root(view.root);
  return root == "/" ? Str() : root;
}

}  // namespace

bool IsAtOrBelow(Str path, Str directory) {
  return bare::StartsWith(path, directory) &&
         (path.size == directory.size || path[directory.size] == '/');
}

const Mount* MountOf(const View& view, Str guest) {
  const Mount* best = nullptr;
  size_t depth = 0;
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    const Str at(view.mounts[i].guest);
    if (at.size >= depth && IsAtOrBelow(guest, at)) {
      best = &view.mounts[i];
      depth = at.size;
    }
  }
  return best;
}

void HostOf(const View& view, Str guest, Buffer& host) {
  host.Clear();
  const Mount* mount = MountOf(view, guest);
  if (mount == nullptr) {
    host.Append(RootPrefix(view)).Append(guest);
  } else {
    host.Append(mount->host).Append(guest.From(Str(mount->guest).size));
  }
  if (host.size() == 0) host.Append("/");
}

bool GuestOf(const View& view, Str host, Buffer& guest) {
  if (host == "/") host = Str();
  const Mount* best = nullptr;
  Str prefix = RootPrefix(view);
  bool found = IsAtOrBelow(host, prefix);
  if (!found) prefix = Str();
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    const Str at(view.mounts[i].host);
    if (IsAtOrBelow(host, at) && (!found || at.size >= prefix.size)) {
      best = &view.mounts[i];
      prefix = at;
      found = true;
    }
  }
  if (view.layer_first && IsAtOrBelow(host, view.layer->host) &&
      (!found || Str(view.layer->host).size >= prefix.size)) {
    guest.Clear();
    guest.Append(host.From(Str(view.layer->host).size));
    return !guest.overflow() && MountOf(view, guest.str()) == nullptr;
  }
  if (!found) return false;
  guest.Clear();
  if (best != nullptr) guest.Append(best->guest);
  guest.Append(host.From(prefix.size));
  // A deeper mount may hide it.
  FixedBuffer<4096> back;
  HostOf(view, guest.str(), back);
  return !guest.overflow() && !back.overflow() &&
         back.str() == (host.empty() ? Str("/") : host);
}

bool LeadsToAMount(const View& view, Str guest) {
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    const Str at(view.mounts[i].guest);
    if (at.size > guest.size && IsAtOrBelow(at, guest)) return true;
  }
  return false;
}

}  // namespace relocatable
