#include "engines/intercept/payload_lookup.h"

#include <asm/stat.h>
#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/plain_path.h"
#include "engines/intercept/session.h"
#include "engines/view/layer.h"
#include "engines/view/map.h"
#include "engines/view/payload_index.h"
#include "engines/view/resolve.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::Str;
using bare::Syscall;
using Slot = PayloadIndexSlot;

constexpr int kUnknown = -1;
constexpr int kMaxLinks = 40;  // path_resolution(7)
constexpr uint32_t kMaxDirectories = 64 * 1024;

PayloadIndex payload_index;

// By directory: 0 nobody has looked, else one of these.
constexpr uint8_t kIntact = 1, kChanged = 2;
uint8_t directories[kMaxDirectories];

bool LooksIntact(Str guest) {
  bare::FixedBuffer<kPathCapacity> host;
  HostOfPacked(session.view, guest, host);
  constexpr long kAtFdcwd = -100, kAtSymlinkNofollow = 0x100;
  constexpr unsigned kType = 0170000, kDirectory = 0040000, kSearch = 0111;
  struct stat st;
  return !host.overflow() &&
         Syscall(__NR_newfstatat, kAtFdcwd, host.c_str(), &st,
                 kAtSymlinkNofollow) == 0 &&
         (st.st_mode & kType) == kDirectory &&
         (st.st_mode & kSearch) == kSearch &&
         static_cast<int64_t>(st.st_mtime) == payload_index.directory_time() &&
         st.st_mtime_nsec == 0;
}

// Whether what the index says of the directory `guest`, whose slot is `slot`,
// can be believed.
bool IsIntact(const Slot& slot, Str guest) {
  if (slot.value >= kMaxDirectories) return false;
  uint8_t& known = directories[slot.value];
  uint8_t state = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (state == 0) {
    state = LooksIntact(guest) ? kIntact : kChanged;
    __atomic_store_n(&known, state, __ATOMIC_RELAXED);
  }
  return state == kIntact;
}

// "/a/b" -> "/a"; "/a" -> "".
Str Parent(Str path) { return path.First(bare::FindLast(path, '/')); }

// Whether what the index says of the entry `path` of its directory can be
// believed.
bool IsIntactParent(Str path) {
  const Str parent = Parent(path);
  const Slot* slot = payload_index.Find(parent);
  return slot != nullptr && slot->type == Slot::kDirectory &&
         IsIntact(*slot, parent);
}

// Whether the index is the one to ask: the payload shows the path, and no other
// mount lies below it.
bool IsPayload(Str path) {
  const Mount* mount = MountOf(session.view, path);
  return mount != nullptr && (mount->flags & kMountPayload) != 0 &&
         !LeadsToAMount(session.view, path);
}

// Puts the link at `at` (the first part of `path`), whose text is `text`, in
// place of itself. False if the result is not for the text alone to tell.
bool Substitute(Str at, Str text, Buffer& path) {
  bare::FixedBuffer<kPathCapacity> result;
  if (text[0] != '/') {
    // The directories above are no links: ".." is the text's parent.
    Str base = Parent(at);
    while (bare::StartsWith(text, "../")) {
      if (base.empty()) return false;
      base = Parent(base);
      text = text.From(3);
    }
    result.Append(base).Append("/");
  }
  result.Append(text);
  result.Append(path.str().From(at.size));
  path.Clear();
  path.Append(result.str());
  return !result.overflow() && !path.overflow() &&
         path.c_str()[path.size() - 1] != '/' && IsPlainPath(path.c_str());
}

// One step: 0 with `link` empty, or an error, ends the walk; a link that is to
// be followed is put in `link`, the part of `path` that leads to it.
int Step(Str path, bool follow, Str& link, const Slot*& link_slot) {
  link = Str();
  const Slot* slot = payload_index.Find(path);
  if (slot != nullptr) {
    if (slot->type != Slot::kLink || !follow) return 0;
    link = path;
    link_slot = slot;
    return 0;
  }
  Str at = path;
  while (slot == nullptr) {
    if (at.empty()) return kUnknown;
    at = Parent(at);
    slot = payload_index.Find(at);
  }
  switch (slot->type) {
    case Slot::kDirectory:
      return IsIntact(*slot, at) && !HasLongName(path) ? ENOENT : kUnknown;
    case Slot::kFile:
      return IsIntactParent(at) ? ENOTDIR : kUnknown;
    default:
      link = at;
      link_slot = slot;
      return 0;
  }
}

// Whether not even the first component is the layer's: "/home/...".
bool IsOutsideLayer(Str path) {
  const size_t slash = bare::Find(path.From(1), '/');
  const Str top = slash == bare::kNotFound ? path : path.First(slash + 1);
  if (payload_index.Find(top) != nullptr) return false;
  const Slot* root = payload_index.Find(Str());
  return root != nullptr && root->type == Slot::kDirectory &&
         IsIntact(*root, Str());
}

// What the index has at `path`, which it has.
Packed TypeOf(Str path) {
  const Slot* slot = payload_index.Find(path);
  if (slot == nullptr || !IsIntactParent(path)) return Packed::kUnknown;
  switch (slot->type) {
    case Slot::kFile:
      return Packed::kFile;
    case Slot::kDirectory:
      return Packed::kDirectory;
    default:
      return Packed::kLink;
  }
}

}  // namespace

void UsePayloadIndex(const void* index, size_t size) {
  for (uint32_t i = 0; i < payload_index.directory_count(); ++i) {
    if (i < kMaxDirectories) directories[i] = 0;
  }
  PayloadIndex::Open(index, size, payload_index);
}

int LookUpInPayload(Str path, bool follow, Buffer& instead) {
  instead.Clear();
  if (payload_index.empty() || path.empty() || path[path.size - 1] == '/') {
    return kUnknown;
  }
  for (int links = 0; links < kMaxLinks; ++links) {
    if (!IsPayload(path)) return kUnknown;
    Str link;
    const Slot* slot = nullptr;
    const int result = Step(path, follow, link, slot);
    if (result != 0 || link.empty()) return result;
    const Str text = payload_index.LinkText(*slot, link);
    if (text.empty() || !IsIntactParent(link)) return kUnknown;
    if (instead.size() == 0) instead.Append(path);
    if (!Substitute(link, text, instead)) return kUnknown;
    path = instead.str();
  }
  return kUnknown;
}

Packed LookUpInLayer(Str path, bool follow, Buffer& merged) {
  merged.Clear();
  if (payload_index.empty() || path.empty()) return Packed::kUnknown;
  bare::FixedBuffer<kPathCapacity> at;
  at.Append(path);
  for (int links = 0; links < kMaxLinks; ++links) {
    // Where a link leads, the host may have something that goes before it.
    if (MountOf(session.view, at.str()) != nullptr ||
        LeadsToAMount(session.view, at.str()) ||
        (links > 0 && OrderAt(at.str()) != LayerOrder::kLayerFirst)) {
      return Packed::kUnknown;
    }
    merged.Clear();
    MergedPath(at.str(), merged);
    Str link;
    const Slot* slot = nullptr;
    if (links == 0 && IsOutsideLayer(merged.str())) return Packed::kNothing;
    const int result = Step(merged.str(), follow, link, slot);
    if (result == ENOENT && links == 0) return Packed::kNothing;
    if (result != 0) return Packed::kUnknown;
    if (link.empty()) return TypeOf(merged.str());
    const Str text = payload_index.LinkText(*slot, link);
    if (text.empty() || !IsIntactParent(link) ||
        !Substitute(link, text, merged)) {
      return Packed::kUnknown;
    }
    at.Clear();
    at.Append(merged.str());
  }
  return Packed::kUnknown;
}

bool IsStartedByLoader(Str path, Str host) {
  if (payload_index.empty() || path.empty() || path[0] != '/') return false;
  const Slot* slot = payload_index.Find(path);
  if (slot == nullptr || slot->type != Slot::kFile ||
      (slot->value & Slot::kStartedByLoader) == 0 || !IsIntactParent(path)) {
    return false;
  }
  bare::FixedBuffer<kPathCapacity> packed;
  HostOfPacked(session.view, path, packed);
  return packed.str() == host;
}

bool IsIntactInPayload(Str path) { return IsIntactParent(path); }

}  // namespace relocatable
