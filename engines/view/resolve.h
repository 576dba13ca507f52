// engines/view/resolve.h - what a path means in a view: path_resolution(7),
// with the view's mounts in the place of the kernel's.
//
// This is the exact and slow way: one look at the file system for each
// component. Engines that translate paths take it when a quicker one cannot be
// sure.
//
// Freestanding. What is asked of the file system goes through FileSystem, so
// that tests can describe one, and a payload's index can answer from memory.
#ifndef ENGINES_VIEW_RESOLVE_H_
#define ENGINES_VIEW_RESOLVE_H_

#include <stddef.h>

#include "base/bare/str.h"
#include "engines/view/view.h"

namespace relocatable {

struct FileSystem {
  // As readlinkat(2) of the host path `path`, whose directories are no links:
  // the size of the link's text in `text` (of `size` bytes), or -errno; -EINVAL
  // means that it exists and is no link. A magic link of proc(5) is the
  // implementation's to answer for: with a guest path, or -EINVAL if the kernel
  // is to follow it.
  long (*read_link)(const FileSystem& self, const char* path, char* text,
                    size_t size);
  // Whether `path`, no link, is a regular file that may be executed.
  bool (*is_program)(const FileSystem& self, const char* path);
};

bool KernelIsProgram(const FileSystem& self, const char* path);

// The kernel's own.
extern const FileSystem kKernelFileSystem;

struct PathQuestion {
  bare::Str path;
  // The guest directory that a relative path starts from ("" is the root).
  bare::Str base;
  bool follow_last = true;     // a link in the last place is followed
  bool may_be_absent = false;  // the last component need not exist (O_CREAT)
  // The last component is an entry of its directory (mkdir(2), unlink(2)):
  // never followed, not even before a slash.
  bool is_entry = false;
  bool refuse_links = false;  // ELOOP for a link on the way (openat2(2))
  // openat2(2)'s RESOLVE_BENEATH and RESOLVE_IN_ROOT: `base` may not be left
  // (EXDEV), or is the root.
  enum Bound { kNoBound, kBeneath, kInRoot } bound = kNoBound;
  bool refuse_mounts = false;  // RESOLVE_NO_XDEV: EXDEV at a mount's border
};

// Capacity of the buffers in an answer.
inline constexpr size_t kPathCapacity = 4096;  // PATH_MAX

struct PathAnswer {
  bare::FixedBuffer<kPathCapacity> guest;  // "" is the root
  bare::FixedBuffer<kPathCapacity> host;   // with the slash the path ended in
  // That shows it, which may be the layer; nullptr: the root.
  const Mount* mount = nullptr;
  // A directory that only the view has, on the way to a mount.
  bool only_in_view = false;
  // The last component was "." or "..": some calls fail for that alone.
  enum Last : int { kName, kDot, kDotDot } last = kName;
};

// Resolves `question` in `view`, whose mounts' guest paths have no links in
// them. Returns 0 and fills `answer`, or the errno that the kernel would give.
int Resolve(const View& view, const FileSystem& fs,
            const PathQuestion& question, PathAnswer& answer);

}  // namespace relocatable

#endif  // ENGINES_VIEW_RESOLVE_H_
