#include "pack/plan.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errno_status.h"
#include "pack/hard_links.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

// Turns the files of one item into entries of the plan.
class ItemWalker {
 public:
  ItemWalker(const PlanNode& node, PlanVisitor visitor)
      : node_(node), visitor_(visitor) {}

  absl::Status Visit(const TreeEntry& file) {
    path_ = node_.path;
    if (!file.path.empty()) absl::StrAppend(&path_, "/", file.path);
    const size_t slash = path_.rfind('/');
    const absl::string_view name = absl::string_view(path_).substr(
        file.path.empty() || slash == std::string::npos ? 0 : slash + 1);
    PlanEntry entry;
    entry.path = path_;
    entry.source = file.source;
    switch (file.type) {
      case TreeEntry::kDirectoryEnd:
        links_.Leave();
        return absl::OkStatus();
      case TreeEntry::kDirectory:
        if (file.path.empty()) device_ = file.st.st_dev;
        links_.Enter(name);
        entry.type = PlanEntry::kDirectory;
        entry.mode = 0555;
        break;
      case TreeEntry::kSymlink:
        entry.type = PlanEntry::kSymlink;
        entry.link = file.link;
        break;
      case TreeEntry::kFile:
        FillFile(file, name, entry);
        break;
    }
    return visitor_(entry);
  }

 private:
  void FillFile(const TreeEntry& file, absl::string_view name,
                PlanEntry& entry) {
    entry.mode = (file.st.st_mode & S_IXUSR) != 0 ? 0555 : 0444;
    if (file.st.st_nlink > 1 && file.st.st_dev == device_) {
      entry.link = links_.FirstPath(file.st.st_ino, name);
      if (!entry.link.empty()) {
        entry.type = PlanEntry::kHardLink;
        return;
      }
    }
    entry.type = PlanEntry::kFile;
    entry.size = file.st.st_size;
    entry.dir_fd = file.dir_fd;
    entry.name = file.name;
  }

  const PlanNode& node_;
  PlanVisitor visitor_;
  HardLinks links_;
  dev_t device_ = 0;  // of the item's top: inodes mean nothing on another
  std::string path_;
};

absl::Status WalkNode(const PlanNode& node, PlanVisitor visitor) {
  PlanEntry entry;
  entry.path = node.path;
  entry.mode = node.mode;
  entry.time = node.time;
  switch (node.kind) {
    case PlanNode::kDirectory:
      entry.type = PlanEntry::kDirectory;
      break;
    case PlanNode::kSymlink:
      entry.type = PlanEntry::kSymlink;
      entry.link = node.text;
      break;
    case PlanNode::kHardLink:
      entry.type = PlanEntry::kHardLink;
      entry.link = node.text;
      break;
    case PlanNode::kContent:
      entry.literal = true;
      entry.content = node.text;
      entry.size = node.text.size();
      break;
    case PlanNode::kFile: {
      struct stat st;
      if (stat(node.source.c_str(), &st) != 0) {
        return ErrnoError(errno,
                          absl::StrCat("cannot read '", node.source, "'"));
      }
      entry.size = st.st_size;
      entry.source = node.source;
      entry.dir_fd = AT_FDCWD;
      entry.name = node.source.c_str();
      break;
    }
    case PlanNode::kMade: {
      const absl::StatusOr<std::string> made = node.make();
      if (!made.ok()) return made.status();
      entry.literal = true;
      entry.content = *made;
      entry.size = made->size();
      return visitor(entry);
    }
    case PlanNode::kItem:
      break;
  }
  return visitor(entry);
}

}  // namespace

absl::StatusOr<Fd> OpenPlanEntry(const PlanEntry& entry) {
  // A file below an item may not have become a link meanwhile; what has no
  // directory is /proc/self/exe or the like.
  const int links = entry.dir_fd == AT_FDCWD ? 0 : O_NOFOLLOW;
  Fd fd(openat(entry.dir_fd, entry.name, O_RDONLY | O_CLOEXEC | links));
  if (!fd.ok()) {
    return ErrnoError(errno, absl::StrCat("cannot open '", entry.source, "'"));
  }
  return fd;
}

absl::Status WalkPlan(const Plan& plan, PlanVisitor visitor) {
  Exclude exclude = plan.exclude;
  for (const PlanNode& node : plan.nodes) {
    if (node.kind != PlanNode::kItem) {
      if (absl::Status s = WalkNode(node, visitor); !s.ok()) return s;
      continue;
    }
    ItemWalker item(node, visitor);
    const absl::string_view guest = absl::StripPrefix(node.path, kPayloadDir);
    absl::Status s = WalkTree(
        node.source,
        [&](absl::string_view path) {
          return !exclude.MatchesFile(guest, path);
        },
        [&item](const TreeEntry& file) { return item.Visit(file); });
    if (!s.ok()) return s;
  }
  return absl::OkStatus();
}

}  // namespace relocatable
