#include "elf/file_tree.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/errno_status.h"
#include "base/files.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

constexpr int kMaxLinks = 40;  // path_resolution(7)

absl::Status PathError(int error, const std::string& path) {
  return ErrnoError(error, absl::StrCat("'", path, "'"));
}

std::string Join(absl::string_view folder, absl::string_view name) {
  return folder == "/" ? absl::StrCat("/", name)
                       : absl::StrCat(folder, "/", name);
}

// "/a/b/" -> "/a/b"; "/" -> "".
std::string WithoutSlash(absl::string_view path) {
  while (absl::ConsumeSuffix(&path, "/")) {
  }
  return std::string(path);
}

bool IsBelow(absl::string_view path, absl::string_view folder) {
  return absl::ConsumePrefix(&path, folder) && absl::StartsWith(path, "/");
}

}  // namespace

std::string Absolute(const std::string& cwd, const std::string& path) {
  return absl::StartsWith(path, "/") ? path : Join(cwd, path);
}

std::string Dirname(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::StatusOr<std::string> FileTree::Resolve(const std::string& path) const {
  int links = 0;
  return ResolveFrom(Absolute("/", path), &links);
}

// Each call takes off the last component and resolves the rest first, from
// memory where it has been there before.
absl::StatusOr<std::string> FileTree::ResolveFrom(const std::string& path,
                                                  int* links) const {
  if (path.size() >= PATH_MAX) return PathError(ENAMETOOLONG, path);
  const std::string trimmed = WithoutSlash(path);
  if (trimmed.empty()) return std::string("/");
  const size_t slash = trimmed.rfind('/');
  const std::string parent = trimmed.substr(0, slash);
  const std::string name = trimmed.substr(slash + 1);

  std::string folder;
  if (const auto known = folders_.find(parent); known != folders_.end()) {
    folder = known->second;
  } else {
    RELOC_ASSIGN_OR_RETURN(folder, ResolveFrom(parent, links));
    folders_[parent] = folder;
  }
  if (name == ".") return folder;
  if (name == "..") return Dirname(folder);
  const std::string here = Join(folder, name);
  RELOC_ASSIGN_OR_RETURN(const FileNode node, Look(here));
  if (node.kind != FileNode::Kind::kLink) return here;
  if (++*links > kMaxLinks) return PathError(ELOOP, here);
  return ResolveFrom(Absolute(folder, node.target), links);
}

absl::StatusOr<FileNode> FileTree::Stat(const std::string& path) const {
  RELOC_ASSIGN_OR_RETURN(const std::string resolved, Resolve(path));
  return Look(resolved);
}

bool FileTree::IsDirectory(const std::string& path) const {
  const absl::StatusOr<FileNode> node = Stat(path);
  return node.ok() && node->kind == FileNode::Kind::kDirectory;
}

absl::StatusOr<std::unique_ptr<ByteSource>> FileTree::Open(
    const std::string& path) const {
  RELOC_ASSIGN_OR_RETURN(const std::string resolved, Resolve(path));
  return OpenHere(resolved);
}

absl::StatusOr<std::string> FileTree::HostPath(const std::string& path) const {
  RELOC_ASSIGN_OR_RETURN(const std::string resolved, Resolve(path));
  return HostPathHere(resolved);
}

HostTree::HostTree(std::vector<TreeMount> mounts) : mounts_(std::move(mounts)) {
  for (TreeMount& m : mounts_) {
    m = {WithoutSlash(m.guest), WithoutSlash(m.host)};
  }
  std::reverse(mounts_.begin(), mounts_.end());
  std::stable_sort(mounts_.begin(), mounts_.end(),
                   [](const TreeMount& a, const TreeMount& b) {
                     return a.guest.size() > b.guest.size();
                   });
}

std::string HostTree::HostPathHere(const std::string& guest) const {
  const std::string path = WithoutSlash(guest);  // the root is ""
  for (const TreeMount& m : mounts_) {
    if (path != m.guest && !IsBelow(path, m.guest)) continue;
    const std::string host = m.host + path.substr(m.guest.size());
    return host.empty() ? "/" : host;
  }
  return "";
}

absl::StatusOr<FileNode> HostTree::Look(const std::string& guest) const {
  const std::string path = WithoutSlash(guest);
  FileNode node{.kind = FileNode::Kind::kDirectory};
  bool is_mount = false;
  for (const TreeMount& m : mounts_) {
    if (IsBelow(m.guest, path)) return node;
    is_mount |= m.guest == path;
  }
  const std::string host = HostPathHere(path);
  if (host.empty()) return PathError(ENOENT, guest);
  struct stat st;
  if (fstatat(AT_FDCWD, host.c_str(), &st,
              is_mount ? 0 : AT_SYMLINK_NOFOLLOW) != 0) {
    return PathError(errno, guest);
  }
  node.device = st.st_dev;
  node.inode = st.st_ino;
  node.executable = S_ISREG(st.st_mode) && (st.st_mode & 0111) != 0;
  if (S_ISREG(st.st_mode)) {
    node.kind = FileNode::Kind::kFile;
  } else if (S_ISLNK(st.st_mode)) {
    node.kind = FileNode::Kind::kLink;
    RELOC_ASSIGN_OR_RETURN(node.target, ReadLink(host));
  } else if (!S_ISDIR(st.st_mode)) {
    node.kind = FileNode::Kind::kOther;
  }
  return node;
}

absl::StatusOr<std::unique_ptr<ByteSource>> HostTree::OpenHere(
    const std::string& path) const {
  return OpenSource(HostPathHere(path));
}

}  // namespace relocatable
