#include "engines/userns/lookup.h"

#include <asm/unistd.h>
#include <fcntl.h>

#include "base/bare/syscall.h"
#include "engines/view/map.h"

namespace relocatable::userns {

using bare::Str;
using bare::Syscall;

namespace {

constexpr size_t kNoMount = bare::kNotFound;

// The greatest length below `size`: beneath "" no mount can be.
size_t Shorter(size_t size) { return size == 0 ? kNoMount : size - 1; }

}  // namespace

Layers::Layers(const View& view, Str guest, Scope scope)
    : view_(view),
      guest_(guest),
      longest_(scope == Scope::kShown ? guest.size : Shorter(guest.size)) {}

bool Layers::Next(bare::Buffer& host) {
  if (done_) return false;
  const Mount* cover = nullptr;
  size_t covered = 0;
  for (uint32_t i = 0; longest_ != kNoMount && i < view_.mount_count; ++i) {
    const Str candidate(view_.mounts[i].guest);
    if (candidate.size > longest_ || candidate.size < covered) continue;
    if (!IsAtOrBelow(guest_, candidate)) continue;
    cover = &view_.mounts[i];
    covered = candidate.size;
  }
  done_ = cover == nullptr || (cover->flags & kMountUnion) == 0;
  longest_ = Shorter(covered);
  followed_ = covered == guest_.size;
  if (first_) {
    read_only_ = cover != nullptr && (cover->flags & kMountReadOnly) != 0;
  }
  first_ = false;
  host.Clear();
  host.Append(cover == nullptr ? view_.root : cover->host);
  host.Append(guest_.From(covered));
  if (host.size() == 0) host.Append("/");
  return true;
}

mode_t ModeAt(const View& view, Str guest, Scope scope, bare::Buffer& host) {
  for (Layers layers(view, guest, scope); layers.Next(host);) {
    if (host.overflow()) continue;
    struct stat st;
    const int follow = layers.followed() ? 0 : AT_SYMLINK_NOFOLLOW;
    if (Syscall(__NR_newfstatat, AT_FDCWD, host.c_str(), &st, follow) == 0) {
      return st.st_mode;
    }
  }
  return 0;
}

}  // namespace relocatable::userns
