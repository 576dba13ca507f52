#include "pack/host/host_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "pack/host/merged_usr.h"

namespace relocatable {
namespace {

constexpr mode_t kSetId = S_ISUID | S_ISGID;

// Whether a file that this user may not read is not meant to be read at all.
bool IsPrivate(absl::string_view path, const struct stat& st) {
  return (st.st_mode & kSetId) != 0 || absl::StartsWith(path, "/etc/");
}

// Nobody but the owner may write, and the owner may read.
uint32_t PackedMode(const struct stat& st) {
  return (st.st_mode & 0755) | S_IRUSR;
}

}  // namespace

absl::StatusOr<std::string> HostFiles::ResolveDirectoryOf(
    absl::string_view guest) {
  const std::string directory(guest.substr(0, guest.rfind('/')));
  const auto known = directories_.find(directory);
  if (known != directories_.end()) return known->second;
  std::string resolved;
  if (!directory.empty()) {
    RELOC_ASSIGN_OR_RETURN(resolved, root_.Resolve(directory));
    if (resolved == "/") resolved.clear();
  }
  directories_.emplace(directory, resolved);
  return resolved;
}

bool HostFiles::IsExcluded(absl::string_view path) {
  if (exclude_.empty()) return false;
  for (size_t slash = path.find('/', 1); slash != absl::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (exclude_.MatchesFile("", path.substr(1, slash - 1))) return true;
  }
  return exclude_.MatchesFile("", path.substr(1));
}

absl::StatusOr<const HostFile*> HostFiles::Add(absl::string_view guest,
                                               uint32_t package,
                                               absl::string_view why) {
  const absl::StatusOr<std::string> directory = ResolveDirectoryOf(guest);
  if (absl::IsNotFound(directory.status())) return nullptr;
  RELOC_RETURN_IF_ERROR(directory.status());
  return AddResolved(absl::StrCat(*directory, guest.substr(guest.rfind('/'))),
                     package, why);
}

absl::StatusOr<const HostFile*> HostFiles::AddResolved(std::string guest,
                                                       uint32_t package,
                                                       absl::string_view why) {
  std::string path = MergedPath(guest);
  const auto there = files_.find(path);
  if (there != files_.end()) return &there->second;
  if (IsExcluded(path)) return nullptr;
  struct stat st;
  const std::string host = root_.HostPath(guest);
  if (lstat(host.c_str(), &st) != 0) {
    if (errno == ENOENT) return nullptr;
    return ErrnoError(errno, absl::StrCat("cannot read '", host, "'"));
  }
  HostFile file{.guest = std::move(guest),
                .mode = PackedMode(st),
                .time = st.st_mtime,
                .package = package,
                .why = std::string(why)};
  if (S_ISDIR(st.st_mode)) {
    file.kind = HostFile::kDirectory;
  } else if (S_ISLNK(st.st_mode) && IsMergedDirectory(file.guest.substr(1))) {
    return nullptr;  // the payload has it as a directory
  } else if (S_ISLNK(st.st_mode)) {
    file.kind = HostFile::kSymlink;
    RELOC_ASSIGN_OR_RETURN(file.link, root_.LinkText(file.guest));
  } else if (!S_ISREG(st.st_mode)) {
    return nullptr;
  } else {
    if ((st.st_mode & S_IROTH) == 0 && access(host.c_str(), R_OK) != 0) {
      if (!IsPrivate(path, st)) {
        return ErrnoError(errno, absl::StrCat("cannot read '", host, "'"));
      }
      unreadable_.push_back(path);
      return nullptr;
    }
    if ((st.st_mode & kSetId) != 0) setuid_.push_back(path);
    file.size = st.st_size;
  }
  return &files_.emplace(std::move(path), std::move(file)).first->second;
}

bool HostFiles::Contains(absl::string_view guest) const {
  return files_.count(MergedPath(guest)) != 0;
}

}  // namespace relocatable
