#include "engines/userns/merge.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX
#include <sys/stat.h>
#include <unistd.h>

#include <initializer_list>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/userns/directory.h"
#include "engines/userns/layered_paths.h"
#include "engines/userns/mirror.h"
#include "engines/userns/mounts.h"
#include "engines/userns/submounts.h"
#include "engines/view/certificates.h"
#include "engines/view/layer.h"
#include "engines/view/map.h"

namespace relocatable::userns {
namespace {

using bare::Str;
using bare::Syscall;
using Path = bare::FixedBuffer<PATH_MAX>;

// Each level has a Directory on the stack.
constexpr int kMaxDepth = 20;

constexpr char kProgramDirectories[][10] = {"/usr/bin", "/usr/sbin", "/bin",
                                            "/sbin"};

mode_t ModeOf(const Path& path) {
  struct stat st;
  const bool there =
      !path.overflow() && Syscall(__NR_newfstatat, AT_FDCWD, path.c_str(), &st,
                                  AT_SYMLINK_NOFOLLOW) == 0;
  return there ? st.st_mode : 0;
}

// The host's files, to ask for its certificates.
long ReadLinkOfHost(const FileSystem&, const char* path, char* text,
                    size_t size) {
  Path host;
  host.Append(kOwnHost).Append(path);
  return Syscall(__NR_readlinkat, AT_FDCWD, host.c_str(), text, size);
}

class Merger {
 public:
  Merger(bool packed, bool privileged, Report& report)
      : packed_(packed), privileged_(privileged), report_(report) {
    const FileSystem host = {ReadLinkOfHost, nullptr};
    trusts_ = AskForCertificates(host, kBundle);
  }

  bool Root() {
    return FillBoth() && (!packed_ || (LinkIntoUsr() && ShowBundle()));
  }

 private:
  static constexpr char kBundle[] = "/etc/ssl/certs/ca-certificates.crt";

  // guest_ with a name behind it, for a while.
  class Inside {
   public:
    Inside(Merger& merger, Str name)
        : merger_(merger), size_(merger.guest_.size()) {
      merger_.guest_.Append("/").Append(name);
      merger_.NameSides();
    }
    Inside(const Inside&) = delete;
    ~Inside() {
      merger_.guest_.Truncate(size_);
      merger_.NameSides();
    }

   private:
    Merger& merger_;
    const size_t size_;
  };

  void NameSides() {
    host_.Clear();
    host_.Append(kOwnHost).Append(guest_.str());
    pack_.Clear();
    pack_.Append(kOwnPack);
    MergedPath(guest_.str(), pack_);
  }

  LayerOrder Order() const {
    const Str guest = guest_.str();
    if (!packed_) return OrderForHost(guest);
    // Whom the host trusts is its own affair (certificates.h).
    if (trusts_.hides_layers &&
        (IsAtOrBelow(guest, "/etc/ssl") || IsAtOrBelow(guest, "/etc/pki"))) {
      return LayerOrder::kHostFirst;
    }
    return OrderAt(guest);
  }

  static LayerOrder OrderForHost(Str guest) {
    for (const char(&directory)[10] : kProgramDirectories) {
      if (IsAtOrBelow(guest, directory)) return LayerOrder::kHostFirst;
    }
    return guest == "/usr" ? LayerOrder::kHostFirst : LayerOrder::kHostOnly;
  }

  bool PackFirst() const {
    const LayerOrder order = Order();
    return order == LayerOrder::kLayerFirst || order == LayerOrder::kLayerOnly;
  }

  // Whether the layer changes anything at or below the directory of both.
  bool LayerChanges(int depth) {
    if (Order() == LayerOrder::kHostOnly || HidesCertificates()) return false;
    Directory directory;
    if (depth > kMaxDepth || directory.Open(pack_.c_str()) != 0) return false;
    while (const Entry* entry = directory.Next()) {
      const Inside inside(*this, entry->name);
      if (Order() == LayerOrder::kHostOnly) continue;
      const mode_t host = ModeOf(host_);
      if (S_ISDIR(host) && S_ISDIR(ModeOf(pack_))) {
        if (LayerChanges(depth + 1)) return true;
      } else if (host == 0 || PackFirst()) {
        return true;
      }
    }
    return false;
  }

  bool HidesCertificates() const {
    return packed_ && trusts_.hides_layers &&
           (guest_.str() == "/etc/ssl" || guest_.str() == "/etc/pki");
  }

  // guest_, a directory of both, exists in the new tree.
  bool MergeHere() {
    if (depth_ > kMaxDepth) return report_.At(kShowLayer).Did(-ELOOP);
    if (!LayerChanges(depth_)) return BindHere(host_);
    if (Syscall(__NR_faccessat, AT_FDCWD, host_.c_str(), W_OK) == 0) {
      return BindHere(host_) && CoverEntries();
    }
    if (MayBeOverlay() && Overlay() == 0) return CoverExceptions();
    ++depth_;
    const bool filled =
        report_.At(kMountRoot).Did(MountTmpfs(guest_.c_str(), 0755)) &&
        FillBoth();
    --depth_;
    MakeReadOnly(guest_.c_str(), Depth::kThis);
    return filled;
  }

  bool BindHere(const Path& source) {
    return report_.At(kBindHost).Did(Bind(source.c_str(), guest_.c_str()));
  }

  // Where nobody but root writes at any depth: an overlay is read-only.
  bool MayBeOverlay() const {
    const Str guest = guest_.str();
    return IsAtOrBelow(guest, "/etc") || IsUsrName(guest) ||
           (IsAtOrBelow(guest, "/usr") && !(guest == "/usr"));
  }

  long Overlay() const {
    // An overlay does not show what is mounted inside its directories. In a
    // user namespace the kernel refuses such a one.
    if (privileged_ && MayHaveSubmounts(host_.c_str())) return -EINVAL;
    return PackFirst()
               ? MountOverlay(pack_.c_str(), host_.c_str(), guest_.c_str())
               : MountOverlay(host_.c_str(), pack_.c_str(), guest_.c_str());
  }

  // What has another order than the overlay it is in.
  bool CoverExceptions() {
    if (!packed_ || !(guest_.str() == "/etc")) return true;
    for (const char* name : {"alternatives", "ssl", "pki"}) {
      const Inside inside(*this, name);
      const bool differs = HidesCertificates() || PackFirst();
      if (differs && S_ISDIR(ModeOf(host_)) && S_ISDIR(ModeOf(pack_)) &&
          !MergeHere()) {
        return false;
      }
    }
    for (const char* name : {"ld.so.cache", "ld.so.preload"}) {
      const Inside inside(*this, name);
      if (ModeOf(host_) != 0 && !CoverByNothing()) return false;
    }
    return true;
  }

  // An overlay cannot leave a name out: an empty file says as little.
  bool CoverByNothing() {
    return report_.At(kMountPoint).Did(MakeMountPoint(kOwnNothing, false)) &&
           report_.At(kBindMount).Did(Bind(kOwnNothing, guest_.c_str()));
  }

  // guest_ is the host's own writable directory: only what it has can be
  // covered.
  bool CoverEntries() {
    Directory directory;
    if (!report_.At(kListDirectory).Did(-directory.Open(pack_.c_str()))) {
      return false;
    }
    ++depth_;
    bool covered = true;
    while (covered) {
      const Entry* const entry = directory.Next();
      if (entry == nullptr) break;
      const Inside inside(*this, entry->name);
      covered = Order() == LayerOrder::kHostOnly || CoverEntry();
    }
    --depth_;
    return covered && report_.At(kListDirectory).Did(-directory.error());
  }

  bool CoverEntry() {
    const mode_t host = ModeOf(host_), pack = ModeOf(pack_);
    if (S_ISDIR(host) && S_ISDIR(pack)) return MergeHere();
    if (S_ISREG(host) && S_ISREG(pack)) return !PackFirst() || BindHere(pack_);
    if (host != 0 && !PackFirst()) return true;
    return report_.At(kKeepWritable).Did(-EOPNOTSUPP);
  }

  bool FillBoth() { return FillFrom(host_, true) && FillFrom(pack_, false); }

  // The entries of `side`, which is host_ or pack_, appear in guest_.
  bool FillFrom(Path& side, bool from_host) {
    Directory directory;
    const int error = directory.Open(guest_.size() > 0 ? side.c_str()
                                     : from_host       ? kOwnHost
                                                       : kOwnPack);
    if (error == ENOENT && !from_host) return true;
    if (!report_.At(kListDirectory).Did(-error)) return false;
    NameSides();
    while (const Entry* entry = directory.Next()) {
      if (!ShowEntry(side, *entry, from_host)) return false;
    }
    return report_.At(kListDirectory).Did(-directory.error());
  }

  bool ShowEntry(Path& side, const Entry& entry, bool from_host) {
    {
      const Inside inside(*this, entry.name);
      if (guest_.str() == kOwn) return true;
      const mode_t host = ModeOf(host_), pack = ModeOf(pack_);
      if (S_ISDIR(host) && S_ISDIR(pack)) {
        if (!from_host) return true;
        return report_.At(kMountPoint)
                   .Did(MakeMountPoint(guest_.c_str(), true)) &&
               MergeHere();
      }
      if (FromHost(host, pack) != from_host) return true;
      if (!from_host && Order() == LayerOrder::kHostOnly) return true;
      if (from_host && Order() == LayerOrder::kLayerOnly) return true;
    }
    return MirrorEntry(side, guest_, entry, false, report_);
  }

  // Whose the entry is, of which not both sides have a directory.
  bool FromHost(mode_t host, mode_t pack) const {
    if (host == 0 || pack == 0) return host != 0;
    // The host's "/lib64" may lead elsewhere than to the pack's /usr/lib64.
    return !PackFirst();
  }

  // "/lib64" is "usr/lib64", if the host has none or a link of its own there:
  // the layer has it below /usr.
  bool LinkIntoUsr() {
    const Inside inside(*this, "usr");
    Directory usr;
    if (usr.Open(pack_.c_str()) != 0) return true;
    while (const Entry* entry = usr.Next()) {
      Path link, text;
      link.Append("/").Append(entry->name);
      if (!IsUsrName(link.str()) || ModeOf(link) != 0) continue;
      text.Append("usr").Append(link.str());
      if (!report_.At(kMountPoint)
               .Did(Syscall(__NR_symlinkat, text.c_str(), AT_FDCWD,
                            link.c_str()))) {
        return false;
      }
    }
    return true;
  }

  // The pack's bundle stands for the host's, which is somewhere else.
  bool ShowBundle() {
    struct stat st;
    if (trusts_.bundle[0] == '\0' || Str(trusts_.bundle) == kBundle ||
        Syscall(__NR_newfstatat, AT_FDCWD, kBundle, &st, 0) < 0) {
      return true;
    }
    return report_.At(kBindHost).Did(Bind(trusts_.bundle, kBundle));
  }

  const bool packed_;
  const bool privileged_;
  Report& report_;
  CertificateAnswer trusts_;
  int depth_ = 0;
  Path guest_;        // "" is the root
  Path host_, pack_;  // where the two sides have guest_
};

}  // namespace

bool MergeRoot(bool packed, bool privileged, Report& report) {
  return Merger(packed, privileged, report).Root();
}

}  // namespace relocatable::userns
