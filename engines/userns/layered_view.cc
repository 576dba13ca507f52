#include "engines/userns/layered_view.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX
#include <sys/stat.h>

#include <initializer_list>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/userns/layered_paths.h"
#include "engines/userns/linker/linker.h"
#include "engines/userns/merge.h"
#include "engines/userns/mirror.h"
#include "engines/userns/mounts.h"
#include "engines/userns/pack_names.h"
#include "engines/view/layer.h"

namespace relocatable::userns {
namespace {

using bare::Str;
using bare::Syscall;
using Path = bare::FixedBuffer<PATH_MAX>;

// Programs of other kinds (static, 32 bits) see what who starts them sees.
struct Linker {
  char directory[8];
  char path[28];
};
constexpr Linker kLinkers[] = {
    {"/lib64", "/lib64/ld-linux-x86-64.so.2"},
    {"/lib", "/lib/ld-musl-x86_64.so.1"},
};

// Where the host's tree is bound before there is a new root: bound later, it
// would have the new root mounted over it like the old one. Any directory that
// surely exists.
constexpr char kAside[] = "/proc";

class Builder {
 public:
  Builder(const Layering& layering, bool privileged, Report& report)
      : layering_(layering), privileged_(privileged), report_(report) {}

  bool Run() {
    if (!report_.At(kBindHost).Did(Bind(layering_.host, kAside)) ||
        !report_.At(kMountRoot).Did(MountTmpfs("/", 0755)) || !KeepOwn() ||
        !report_.At(kChangeRoot).Did(Syscall(__NR_chroot, "/.."))) {
      return false;
    }
    if (!MergeRoot(layering_.packed, privileged_, report_)) return false;
    if (!ChangeLinker(kLinkers[0], kLinkers[1]) ||
        !ChangeLinker(kLinkers[1], kLinkers[0])) {
      return false;
    }
    if (layering_.packed) ShowPackNames(layering_.names);
    MakeReadOnly("/", Depth::kThis);
    return true;
  }

 private:
  // What the view needs below kOwn. The caller's root is still the old one.
  bool KeepOwn() {
    return report_.At(kMountPoint).Did(MakeMountPoint(New(kOwn), true)) &&
           report_.At(kMountPoint).Did(MakeMountPoint(New(kOwnHost), true)) &&
           report_.At(kBindHost).Did(Move(kAside, New(kOwnHost))) &&
           Keep(layering_.pack, kOwnPack, true) &&
           report_.At(kReadOnly).Did(
               MakeReadOnly(New(kOwnPack), Depth::kAll)) &&
           KeepBinary() && report_.At(kMountPoint).Did(Link("/", kStay)) &&
           report_.At(kMountPoint).Did(Link(layering_.names, kOwnNames)) &&
           report_.At(kMountPoint)
               .Did(Link(layering_.packed ? kPackedSide : kHostSide, kSide)) &&
           KeepLinkers();
  }

  // The new root is "/.." (build.h).
  const char* New(const char* path) {
    new_.Clear();
    new_.Append("/..").Append(path);
    return new_.c_str();
  }

  bool Keep(const char* source, const char* place, bool directory) {
    return report_.At(kMountPoint).Did(MakeMountPoint(New(place), directory)) &&
           report_.At(kBindHost).Did(Bind(source, New(place)));
  }

  // By its path: through the link in /proc it is a file of the old namespace's.
  bool KeepBinary() {
    Path self;
    char text[PATH_MAX];
    const long size = Syscall(__NR_readlinkat, AT_FDCWD, "/proc/self/exe", text,
                              sizeof(text));
    if (!report_.At(kBindHost).Did(size)) return false;
    self.Append(Str(text, static_cast<size_t>(size)));
    return Keep(self.c_str(), kOwnBinary, false);
  }

  long Link(const char* text, const char* place) {
    return Syscall(__NR_symlinkat, text, AT_FDCWD, New(place));
  }

  // Those that the view around this one has made: copying takes a while.
  bool KeepLinkers() {
    if (!(Str(layering_.host) == kOwnHost)) return true;
    for (const char* side : {kLinkerOfPack, kLinkerOfHost}) {
      for (const Linker& linker : kLinkers) {
        NameCopy(side, linker.path);
        struct stat st;
        if (Syscall(__NR_newfstatat, AT_FDCWD, copy_.c_str(), &st, 0) == 0 &&
            !Keep(copy_.c_str(), copy_.c_str(), false)) {
          return false;
        }
      }
    }
    return true;
  }

  void NameCopy(Str side, Str linker) {
    copy_.Clear();
    copy_.Append(side).Append(bare::BaseName(linker));
  }

  // A program of the other side may come with this linker.
  bool ChangeLinker(const Linker& linker, const Linker& other) {
    const bool of_pack = Has(kOwnPack, linker.path);
    const bool of_host = Has(kOwnHost, linker.path);
    if (of_pack) {
      return Change(linker,
                    of_host ? LinkerUse::kByFile : LinkerUse::kPackOnly);
    }
    // Of the host's second C library there are few programs.
    return !layering_.packed || !of_host || Has(kOwnHost, other.path) ||
           Change(linker, LinkerUse::kHostOnly);
  }

  bool Has(Str side, Str linker) {
    path_.Clear();
    path_.Append(side);
    if (side == kOwnPack) {
      MergedPath(linker, path_);
    } else {
      path_.Append(linker);
    }
    struct stat st;
    return Syscall(__NR_newfstatat, AT_FDCWD, path_.c_str(), &st,
                   AT_SYMLINK_NOFOLLOW) == 0;
  }

  // Puts the copy with the switch at the place of the view's dynamic linker.
  bool Change(const Linker& linker, LinkerUse use) {
    report_.At(kChangeLinker);
    if (use == LinkerUse::kPackOnly) {
      // Programs of the pack have to get as far as the switch in either view,
      // and only this one has the linker for the other one's copy.
      if (!layering_.packed && !MakeRoomFor(linker)) return true;
      if (layering_.packed && !Copy(linker, false, use)) return false;
    }
    return Copy(linker, layering_.packed, use) &&
           report_.Did(Bind(copy_.c_str(), linker.path));
  }

  bool Copy(const Linker& linker, bool packed, LinkerUse use) {
    NameCopy(packed ? kLinkerOfPack : kLinkerOfHost, linker.path);
    if (Syscall(__NR_faccessat, AT_FDCWD, copy_.c_str(), 0) == 0) return true;
    return report_.Did(-CopyLinker(linker.path, copy_.c_str(), packed, use));
  }

  // False where the host has the directory, and something else in it.
  static bool MakeRoomFor(const Linker& linker) {
    return MakeMountPoint(linker.directory, true) == 0 &&
           MakeMountPoint(linker.path, false) >= 0;
  }

  const Layering& layering_;
  const bool privileged_;
  Report& report_;
  Path new_;
  Path copy_;
  Path path_;
};

}  // namespace

bool BuildLayered(const Layering& layering, bool privileged, Report& report) {
  return Builder(layering, privileged, report).Run();
}

}  // namespace relocatable::userns
