// engines/intercept/translate.h - a path of a system call, from guest to host.
//
// Two ways. Quick: by the text alone, when it is absolute or relative without
// dots or doubled slashes; the prefix is replaced and the kernel does the rest.
// Exact: by engines/view/resolve.h. The quick way is right whenever the kernel
// then finds the file: the kernel cannot leave a host directory by a link into
// a prefix that the host does not have. What it does not find may lie behind
// such a link: the caller asks again, exactly. Where there is a root, or a
// mount hides something that exists on the host, a link could lead astray: then
// the quick way is taken only after one look that finds no link on the way.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_TRANSLATE_H_
#define ENGINES_INTERCEPT_TRANSLATE_H_

#include "base/bare/str.h"
#include "engines/view/resolve.h"

namespace relocatable {

struct PathRequest {
  const char* path = nullptr;  // the program's own, NUL-terminated
  long dirfd = -100;           // AT_FDCWD
  bool follow = true;
  bool may_be_absent = false;
  bool is_entry = false;  // see PathQuestion
  // Nothing but the path can make the call fail before ENOENT or ENOTDIR: they
  // may be answered without making it.
  bool only_path_can_fail = false;
  // openat2(2): ELOOP for any link, or for a magic one.
  bool refuse_links = false;
  bool refuse_magic_links = false;
  PathQuestion::Bound bound = PathQuestion::kNoBound;
  bool refuse_mounts = false;
  // Who asks, where there is a layer: this program, or another that is to be
  // started. Only for the exact way.
  enum SeenBy {
    kThisProgram,
    kProgramOfLayer,
    kProgramOfHost
  } seen_by = kThisProgram;
};

// Where a path leads: what to give the kernel in place of it.
struct Place {
  const char* path = nullptr;  // the program's own if nothing is translated
  const Mount* mount = nullptr;
  bool exact = false;  // resolved component by component: nothing to ask again
  bool only_in_view = false;
  PathAnswer::Last last = PathAnswer::kName;
  bare::FixedBuffer<kPathCapacity> guest;  // exact only
  bare::FixedBuffer<kPathCapacity> host;
};

// Translates by the quick way if it serves, else by the exact one. 0 or an
// errno.
int Translate(const PathRequest& request, Place& place);

// Translates by the exact way.
int TranslateExactly(const PathRequest& request, Place& place);

// Whether the host path `host`, which the kernel did not find, may lead through
// a link: then the exact way may find it.
bool MayLeadThroughALink(const char* host, long dirfd, bool follow);

// Whether the relative path of `request`, which the kernel did not find, may
// lead to a mount that the host has no directory for: "gnu/store" in "/".
bool MayEnterAMount(const PathRequest& request);

// The path of directory `dirfd` (or the cwd) as the kernel says it. 0 or an
// errno; ENOENT if it has none.
int HostOfDirectory(long dirfd, bare::Buffer& host);

// The guest path of directory `dirfd` (or the cwd), for relative paths. 0 or an
// errno; ENOENT for what the view does not show.
int GuestOfDirectory(long dirfd, bare::Buffer& guest);

// Whether a link's text at `place` may need ReadMagicLink: it is in /proc, or
// may be reached by a link into it and reads as a host path.
bool MayBeMagicLink(const Place& place, const char* text, long size);

// readlink(2) of `host`, a link of /proc resolved exactly, as a program in the
// view reads it: targets are shown as guest paths.
long ReadMagicLink(const char* host, char* text, size_t capacity);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_TRANSLATE_H_
