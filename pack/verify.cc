#include "pack/verify.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/files.h"
#include "base/sha256.h"
#include "pack/name_link.h"
#include "pack/nar.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

class Verifier {
 public:
  Verifier(const std::string& pack, const Manifest& manifest,
           DifferenceSink sink)
      : pack_(pack), manifest_(manifest), sink_(sink) {}

  void Run() {
    for (const ManifestFile& file : manifest_.files) CheckFile(file);
    for (const PlanName& name : manifest_.names) CheckName(name.name);
    for (const PlanItem& item : manifest_.items) CheckItem(item);
    if (manifest_.origin == Origin::kHost) {
      for (const PlanFile& file : manifest_.payload) CheckPayload(file);
      CheckNoMorePayload();
      return;
    }
    for (const PlanMount& mount : manifest_.mounts) CheckNoMore(mount);
  }

 private:
  std::string OnHost(absl::string_view path) const {
    return absl::StrCat(pack_, "/", path);
  }

  // True if there is something at `path`; else that is a difference.
  bool Exists(absl::string_view path, struct stat& st) {
    if (lstat(OnHost(path).c_str(), &st) == 0) return true;
    sink_(path, errno == ENOENT ? "is missing" : strerror(errno));
    return false;
  }

  void CheckFile(const ManifestFile& file) {
    struct stat st;
    if (!Exists(file.path, st)) return;
    if (!S_ISREG(st.st_mode)) return sink_(file.path, "is no file");
    const uint64_t size = st.st_size;
    if (size != file.size) {
      return sink_(file.path, absl::StrCat("has ", size,
                                           " bytes (packed: ", file.size, ")"));
    }
    const absl::StatusOr<Sha256Digest> digest = DigestOf(OnHost(file.path));
    if (!digest.ok()) return sink_(file.path, digest.status().message());
    if (*digest != file.sha256) {
      sink_(file.path, absl::StrCat("has the SHA-256 ", ToHex(*digest),
                                    " (packed: ", ToHex(file.sha256), ")"));
    }
  }

  void CheckPayload(const PlanFile& file) {
    const std::string path = absl::StrCat(kPayloadDir, file.path);
    if (file.link.empty()) return CheckFile({path, file.size, file.sha256});
    struct stat st;
    if (!Exists(path, st)) return;
    const absl::StatusOr<std::string> text = ReadLink(OnHost(path));
    if (!text.ok() || *text != file.link) {
      sink_(path, absl::StrCat("is no link to '", file.link, "'"));
    }
  }

  // Directories, and the links root/lib and the like, are in no list.
  void CheckNoMorePayload() {
    std::set<absl::string_view> known;
    for (const PlanFile& file : manifest_.payload) known.insert(file.path);
    const absl::Status status = WalkTree(
        OnHost(kPayloadDir), [](absl::string_view) { return true; },
        [&](const TreeEntry& entry) {
          const bool merged = entry.type == TreeEntry::kSymlink &&
                              entry.link == absl::StrCat("usr/", entry.path);
          const bool file = entry.type == TreeEntry::kFile ||
                            entry.type == TreeEntry::kSymlink;
          if (file && !merged &&
              known.count(absl::StrCat("/", entry.path)) == 0) {
            sink_(absl::StrCat(kPayloadDir, "/", entry.path),
                  "is not in the manifest");
          }
          return absl::OkStatus();
        });
    if (!status.ok()) sink_(kPayloadDir, status.message());
  }

  static absl::StatusOr<Sha256Digest> DigestOf(const std::string& path) {
    const Fd fd(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.ok()) return ErrnoError(errno, "cannot be opened");
    Sha256 hash;
    std::vector<char> buffer(256 * 1024);
    while (true) {
      const ssize_t got = read(fd.get(), buffer.data(), buffer.size());
      if (got == 0) return hash.Finish();
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return ErrnoError(errno, "cannot be read");
      hash.Update(absl::string_view(buffer.data(), got));
    }
  }

  void CheckName(const std::string& name) {
    struct stat st;
    if (!Exists(name, st)) return;
    const std::string expected = LinkToBinary(name);
    const absl::StatusOr<std::string> text = ReadLink(OnHost(name));
    if (!text.ok() || *text != expected) {
      sink_(name, absl::StrCat("is no link to '", expected, "'"));
    }
  }

  void CheckItem(const PlanItem& item) {
    const std::string path = absl::StrCat(kPayloadDir, item.path);
    struct stat st;
    if (!Exists(path, st)) return;
    Sha256 hash;
    const absl::Status status = WriteNar(
        OnHost(path), [](absl::string_view) { return true; },
        [&hash](absl::string_view piece) { hash.Update(piece); });
    if (!status.ok()) return sink_(path, status.message());
    const Sha256Digest digest = hash.Finish();
    if (digest != item.nar_hash) {
      sink_(path, absl::StrCat("has the NAR hash sha256:", ToHex(digest),
                               " (packed: sha256:", ToHex(item.nar_hash), ")"));
    }
  }

  // Whatever lies beside the items would be seen by programs too.
  void CheckNoMore(const PlanMount& mount) {
    const absl::StatusOr<std::vector<std::string>> names =
        ListDirectory(OnHost(mount.host));
    if (!names.ok()) return sink_(mount.host, names.status().message());
    for (const std::string& name : *names) {
      const std::string guest = absl::StrCat(mount.guest, "/", name);
      const bool is_item =
          std::any_of(manifest_.items.begin(), manifest_.items.end(),
                      [&](const PlanItem& item) { return item.path == guest; });
      const bool above_mount =
          std::any_of(manifest_.mounts.begin(), manifest_.mounts.end(),
                      [&](const PlanMount& other) {
                        return absl::StartsWith(other.guest + "/", guest + "/");
                      });
      if (!is_item && !above_mount) {
        sink_(absl::StrCat(mount.host, "/", name), "is not in the manifest");
      }
    }
  }

  const std::string& pack_;
  const Manifest& manifest_;
  DifferenceSink sink_;
};

}  // namespace

void VerifyPack(const std::string& pack, const Manifest& manifest,
                DifferenceSink sink) {
  Verifier(pack, manifest, sink).Run();
}

}  // namespace relocatable
