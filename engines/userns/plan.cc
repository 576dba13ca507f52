#include "engines/userns/plan.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>

#include "base/bare/syscall.h"
#include "engines/userns/directory.h"
#include "engines/userns/guest_path.h"
#include "engines/userns/lookup.h"

namespace relocatable::userns {
namespace {

using bare::Str;
using bare::Syscall;

// Byte order with '/' before everything else, so that a directory's places
// follow it without a gap.
bool Before(Str a, Str b) {
  for (size_t i = 0; i < a.size && i < b.size; ++i) {
    if (a[i] == b[i]) continue;
    if (a[i] == '/') return true;
    if (b[i] == '/') return false;
    return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[i]);
  }
  return a.size < b.size;
}

// The place of `guest`, inserted where it belongs if it is not there yet.
Place& PlaceAt(Plan& plan, Str guest) {
  uint32_t i = plan.count;
  while (i > 0 && Before(guest, plan.places[i - 1].guest)) --i;
  if (i > 0 && plan.places[i - 1].guest == guest) return plan.places[i - 1];
  for (uint32_t j = plan.count++; j > i; --j) {
    plan.places[j] = plan.places[j - 1];
  }
  plan.places[i] = Place();
  plan.places[i].guest = guest;
  return plan.places[i];
}

// Replaces the guest paths of `mounts` by ones without links. A mount can bring
// the link that another one's path goes through: repeated until all stay.
int FollowAllLinks(View& view, Mount* mounts, Arena& arena) {
  for (int round = 0; round < 40; ++round) {
    bool changed = false;
    for (uint32_t i = 0; i < view.mount_count; ++i) {
      PathBuffer guest;
      const int error = FollowLinks(view, mounts[i].guest, guest);
      if (error != 0) return error;
      if (guest.str() == Str(mounts[i].guest)) continue;
      const Str copy = arena.Copy(guest.str());
      if (copy.data == nullptr) return ENOMEM;
      mounts[i].guest = copy.data;
      changed = true;
    }
    if (!changed) return 0;
  }
  return ELOOP;
}

// The deepest directory that the view has above `guest`.
Str DirectoryAbove(const View& view, Str guest) {
  PathBuffer host;
  do {
    guest = guest.First(bare::FindLast(guest, '/'));
  } while (!guest.empty() &&
           !S_ISDIR(ModeAt(view, guest, Scope::kShown, host)));
  return guest;
}

bool PlanMount(const Mount& mount, Plan& plan, Report& report) {
  struct stat st;
  if (!report.At(kFindSource)
           .Did(Syscall(__NR_newfstatat, AT_FDCWD, mount.host, &st, 0))) {
    return false;
  }
  const Str guest(mount.guest);
  PathBuffer beneath;
  const mode_t there = ModeAt(plan.view, guest, Scope::kBeneath, beneath);
  Place& place = PlaceAt(plan, guest);
  place.mount = &mount;
  place.directory = S_ISDIR(st.st_mode);
  place.missing =
      there == 0 || S_ISLNK(there) || S_ISDIR(there) != S_ISDIR(st.st_mode);
  place.united = false;
  if (place.missing) {
    if (guest.empty()) return report.At(kBindMount).Did(-ENOTDIR);
    place.parent = DirectoryAbove(plan.view, guest);
    // Last, as it moves `place`.
    PlaceAt(plan, place.parent).rebuilt = true;
  } else if ((mount.flags & kMountUnion) != 0 && place.directory) {
    place.united = !IsEmptyDirectory(beneath.c_str());
  }
  return true;
}

}  // namespace

size_t Arena::SizeFor(uint32_t mount_count) {
  return mount_count * (sizeof(Mount) + 2 * sizeof(Place) + 2 * PATH_MAX) +
         PATH_MAX;
}

void* Arena::Take(size_t size) {
  size = (size + 15) & ~size_t{15};
  if (size > static_cast<size_t>(end_ - next_)) return nullptr;
  void* const taken = next_;
  next_ += size;
  return taken;
}

Str Arena::Copy(Str text) {
  char* const copy = New<char>(text.size + 1);
  if (copy == nullptr) return {nullptr, 0};
  for (size_t i = 0; i < text.size; ++i) copy[i] = text[i];
  copy[text.size] = '\0';
  return {copy, text.size};
}

bool MakePlan(const View& view, Arena& arena, Plan& plan, Report& report) {
  Mount* const mounts = arena.New<Mount>(view.mount_count);
  plan.places = arena.New<Place>(2 * size_t{view.mount_count} + 1);
  if (mounts == nullptr || plan.places == nullptr) {
    return report.At(kGetMemory).Did(-ENOMEM);
  }
  for (uint32_t i = 0; i < view.mount_count; ++i) mounts[i] = view.mounts[i];
  plan.view = {view.root, mounts, view.mount_count};
  if (!report.At(kFollowLinks).Did(-FollowAllLinks(plan.view, mounts, arena))) {
    return false;
  }
  plan.count = 0;
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    if (!PlanMount(mounts[i], plan, report)) return false;
  }
  plan.graft = view.root[0] == '\0' && plan.count == 1 &&
               !plan.places[0].rebuilt && !plan.places[0].guest.empty();
  return true;
}

}  // namespace relocatable::userns
