// pack/tree_walk.h - every file of a tree, in an order that depends on nothing
// but the names.
//
// A directory comes before what it holds; what one directory holds is ordered
// by the bytes of the names, as in a NAR (the archive whose hash a store's
// database keeps). Neither the file system's own order nor the locale counts.
// Memory: the names of the directories on the way to the current file.
#ifndef PACK_TREE_WALK_H_
#define PACK_TREE_WALK_H_

#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fd.h"

namespace relocatable {

struct TreeEntry {
  enum Type { kDirectory, kDirectoryEnd, kFile, kSymlink };
  Type type = kFile;
  absl::string_view path;    // below the root, "lib/x"; "" for the root itself
  absl::string_view source;  // its host path, for messages
  absl::string_view link;    // kSymlink: its text
  struct stat st = {};
  // openat(dir_fd, name) is the file: cheaper than its whole path.
  int dir_fd = -1;
  const char* name = "";
};

// Opens a kFile entry for reading; a link put in its place meanwhile is not
// followed. The error names its host path.
absl::StatusOr<Fd> OpenTreeEntry(const TreeEntry& entry);

// The names in the host's directory `path`, ordered by bytes.
absl::StatusOr<std::vector<std::string>> ListDirectory(const std::string& path);

using TreeVisitor = absl::FunctionRef<absl::Status(const TreeEntry&)>;
using TreeFilter = absl::FunctionRef<bool(absl::string_view path)>;

// Visits `root` (a directory, a file or a link: it is not followed) and what is
// below it. What `keep` says no to is left out with all below it; the root is
// not asked about. A socket, pipe or device is an error: no store holds one.
// Ends with the visitor's first error, or the first that reading gives.
absl::Status WalkTree(const std::string& root, TreeFilter keep,
                      TreeVisitor visitor);

}  // namespace relocatable

#endif  // PACK_TREE_WALK_H_
