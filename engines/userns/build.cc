#include "engines/userns/build.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>

#include "base/bare/syscall.h"
#include "engines/userns/lookup.h"
#include "engines/userns/mirror.h"
#include "engines/userns/mounts.h"
#include "engines/userns/submounts.h"
#include "engines/view/map.h"

namespace relocatable::userns {
namespace {

using bare::Str;
using bare::Syscall;

// The caller's may be 077: then nobody else could walk to what we make.
constexpr mode_t kUmask = 022;

class Builder {
 public:
  Builder(Plan& plan, Report& report) : plan_(plan), report_(report) {}

  bool Run() {
    if (!(plan_.graft ? Graft() : CoverRoot())) return false;
    for (uint32_t i = 0; i < plan_.count; ++i) {
      if (!Fill(plan_.places[i])) return false;
    }
    Seal();
    return true;
  }

 private:
  bool Graft() {
    base_ = 0;
    return true;
  }

  // From here on the new tree is "/..": a tmpfs if the root is rebuilt (Fill
  // mounts it), else another appearance of what the root shows.
  bool CoverRoot() {
    target_.Clear();
    target_.Append("/..");
    base_ = target_.size();
    const bool planned = plan_.count > 0 && plan_.places[0].guest.empty();
    if (planned && plan_.places[0].rebuilt) return true;
    PathBuffer root;
    ModeAt(plan_.view, Str(), Scope::kShown, root);
    return report_.At(kMountRoot).Did(Bind(root.c_str(), "/"));
  }

  bool Fill(Place& place) {
    target_.Truncate(base_);
    target_.Append(place.guest);
    if (target_.overflow()) return report_.At(kMountPoint).Did(-ENAMETOOLONG);
    if (place.missing && !MakePathTo(place)) return false;
    if (place.rebuilt) return Rebuild(place);
    if (place.united) return Unite(place);
    if (!place.guest.empty() &&
        !report_.At(kBindMount).Did(Bind(place.mount->host, target_.c_str()))) {
      return false;
    }
    return place.mount == nullptr ||
           (place.mount->flags & kMountReadOnly) == 0 ||
           report_.At(kReadOnly).Did(
               MakeReadOnly(target_.c_str(), Depth::kAll));
  }

  // Both directories in one overlay; where that cannot be, entry by entry,
  // which needs the old tree's paths: a graft becomes a new root.
  bool Unite(Place& place) {
    PathBuffer beneath;
    ModeAt(plan_.view, place.guest, Scope::kBeneath, beneath);
    const char* const upper = place.mount->host;
    // An overlay does not show what is mounted inside its directories. In a
    // user namespace the kernel refuses such a one, but not to real root.
    if (!MayHaveSubmounts(upper) && !MayHaveSubmounts(beneath.c_str()) &&
        MountOverlay(upper, beneath.c_str(), target_.c_str()) == 0) {
      return true;
    }
    place.rebuilt = true;
    if (plan_.graft) {
      plan_.graft = false;
      if (!CoverRoot()) return false;
    }
    return Fill(place);
  }

  // Makes the mount point in the rebuilt directory place.parent.
  bool MakePathTo(const Place& place) {
    const Str path = target_.str();
    report_.At(kMountPoint);
    for (size_t i = base_ + place.parent.size + 1; i < path.size; ++i) {
      if (path[i] != '/') continue;
      target_.data()[i] = '\0';
      const bool made = report_.Did(MakeMountPoint(path.data, true));
      target_.data()[i] = '/';
      if (!made) return false;
    }
    return report_.Did(MakeMountPoint(path.data, place.directory));
  }

  bool Rebuild(const Place& place) {
    PathBuffer source;
    const mode_t mode = ModeAt(plan_.view, place.guest, Scope::kShown, source);
    const char* const over = place.guest.empty() ? "/" : target_.c_str();
    if (!report_.At(kMountRoot).Did(MountTmpfs(over, mode & 07777))) {
      return false;
    }
    bool first = true;
    for (Layers layers(plan_.view, place.guest, Scope::kShown);
         layers.Next(source); first = false) {
      if (!MirrorLayer(place, source, first, layers.read_only())) return false;
    }
    return true;
  }

  bool MirrorLayer(const Place& place, PathBuffer& source, bool first,
                   bool read_only) {
    Directory directory;
    const int error = directory.Open(source.c_str());
    if (error != 0) return MayBeLeftOut(source.c_str(), error, first);
    if (source.str() == "/") source.Clear();
    while (const Entry* entry = directory.Next()) {
      if (!first && Has(entry->name)) continue;
      const Place* claim = ClaimOn(place, entry->name);
      if (claim == nullptr) {
        if (!MirrorEntry(source, target_, *entry, read_only, report_)) {
          return false;
        }
      } else if (!claim->missing && !MakeMountPointFor(*claim)) {
        return false;
      }
    }
    return report_.At(kListDirectory).Did(-directory.error());
  }

  // A directory that may be entered but not listed has entries that we cannot
  // mirror. One that may not even be entered shows nothing natively either.
  bool MayBeLeftOut(const char* source, int error, bool first) {
    if (error == EACCES &&
        Syscall(__NR_faccessat, AT_FDCWD, source, X_OK) < 0) {
      return true;
    }
    return (!first && error == ENOENT) ||
           report_.At(kListDirectory).Did(-error);
  }

  // The place that has the directory's entry `name` for its mount point, or
  // something in its stead; nullptr if nobody has.
  const Place* ClaimOn(const Place& directory, Str name) {
    for (uint32_t i = 0; i < plan_.count; ++i) {
      const Place& place = plan_.places[i];
      if (place.guest.size <= directory.guest.size ||
          !IsAtOrBelow(place.guest, directory.guest)) {
        continue;
      }
      const Str rest = place.guest.From(directory.guest.size + 1);
      if (rest == name) return &place;
      if (place.missing && place.parent == directory.guest &&
          IsAtOrBelow(rest, name)) {
        return &place;
      }
    }
    return nullptr;
  }

  bool MakeMountPointFor(const Place& place) {
    const size_t size = target_.size();
    target_.Truncate(base_);
    target_.Append(place.guest);
    const bool made =
        report_.At(kMountPoint)
            .Did(MakeMountPoint(target_.c_str(), place.directory));
    target_.Truncate(size);
    return made;
  }

  bool Has(Str name) {
    const size_t size = target_.size();
    target_.Append("/").Append(name);
    struct stat st;
    const long result = Syscall(__NR_newfstatat, AT_FDCWD, target_.c_str(), &st,
                                AT_SYMLINK_NOFOLLOW);
    target_.Truncate(size);
    return result == 0;
  }

  // Nothing can be made in a rebuilt directory that would last: better EROFS.
  void Seal() {
    for (uint32_t i = 0; i < plan_.count; ++i) {
      if (!plan_.places[i].rebuilt) continue;
      target_.Truncate(base_);
      target_.Append(plan_.places[i].guest);
      MakeReadOnly(target_.c_str(), Depth::kThis);
    }
  }

  Plan& plan_;
  Report& report_;
  PathBuffer target_;
  size_t base_ = 0;
};

}  // namespace

bool Build(Plan& plan, Report& report) {
  const long umask = Syscall(__NR_umask, kUmask);
  const bool built = Builder(plan, report).Run();
  Syscall(__NR_umask, umask);
  return built;
}

}  // namespace relocatable::userns
