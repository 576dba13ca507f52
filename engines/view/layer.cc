#include "engines/view/layer.h"

#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::Str;

struct Rule {
  char path[20];
  LayerOrder order;
};

// The deepest that a path is at or below decides. No pointers, so that the
// table needs no relocation.
constexpr Rule kRules[] = {
    {"/dev", LayerOrder::kHostOnly},
    {"/proc", LayerOrder::kHostOnly},
    {"/sys", LayerOrder::kHostOnly},
    {"/run", LayerOrder::kHostOnly},
    {"/var", LayerOrder::kHostFirst},
    {"/etc", LayerOrder::kHostFirst},
    // Which program a name means: "editor", "awk", "java".
    {"/etc/alternatives", LayerOrder::kLayerFirst},
    {"/etc/ld.so.cache", LayerOrder::kLayerOnly},
    {"/etc/ld.so.preload", LayerOrder::kLayerOnly},
};

constexpr char kUsrNames[][8] = {"/bin",   "/sbin",  "/lib",
                                 "/lib32", "/lib64", "/libx32"};

}  // namespace

LayerOrder OrderAt(Str guest) {
  LayerOrder order = LayerOrder::kLayerFirst;
  size_t depth = 0;
  for (const Rule& rule : kRules) {
    const Str path(rule.path);
    if (path.size > depth && IsAtOrBelow(guest, path)) {
      order = rule.order;
      depth = path.size;
    }
  }
  return order;
}

bool IsUsrName(Str guest) {
  for (const char(&name)[8] : kUsrNames) {
    if (guest == name) return true;
  }
  return false;
}

void MergedPath(Str guest, Buffer& merged) {
  for (const char(&name)[8] : kUsrNames) {
    if (IsAtOrBelow(guest, name)) {
      merged.Append("/usr");
      break;
    }
  }
  merged.Append(guest);
}

void HostInLayer(const Mount& layer, Str guest, Buffer& host) {
  host.Clear();
  host.Append(layer.host);
  MergedPath(guest, host);
}

void HostOfPacked(const View& view, Str guest, Buffer& host) {
  if (view.layer != nullptr && MountOf(view, guest) == nullptr) {
    HostInLayer(*view.layer, guest, host);
  } else {
    HostOf(view, guest, host);
  }
}

bool IsInLayer(const View& view, Str host) {
  return view.layer != nullptr && IsAtOrBelow(host, view.layer->host);
}

bool HasLayer(const Mount* mounts, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    if ((mounts[i].flags & kMountLayer) != 0) return true;
  }
  return false;
}

View MakeView(const char* root, const Mount* mounts, uint32_t count) {
  View view;
  view.root = root;
  view.mounts = mounts;
  view.mount_count = count;
  if (count > 0 && (mounts[0].flags & kMountLayer) != 0) {
    view.layer = mounts;
    ++view.mounts;
    --view.mount_count;
  }
  return view;
}

}  // namespace relocatable
