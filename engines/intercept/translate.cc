#include "engines/intercept/translate.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/layered.h"
#include "engines/intercept/payload_lookup.h"
#include "engines/intercept/plain_path.h"
#include "engines/intercept/process_exe.h"
#include "engines/intercept/session.h"
#include "engines/view/layer.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;  // AT_FDCWD, fcntl.h

// openat2(2), linux/openat2.h.
struct OpenHow {
  uint64_t flags, mode, resolve;
};
constexpr uint64_t kOPath = 010000000, kOCloexec = 02000000,
                   kONofollow = 0400000;
constexpr uint64_t kResolveNoSymlinks = 4;

bool IsMagicDirectory(Str host) { return bare::StartsWith(host, "/proc/"); }

// /dev/fd/N, /dev/stdin and the like: links into /proc.
bool LeadsToDescriptors(Str path) {
  return bare::StartsWith(path, "/dev/fd/") ||
         bare::StartsWith(path, "/dev/std");
}

// Links of /proc have texts that are host paths, or no paths at all.
long ReadLinkInView(const FileSystem&, const char* path, char* text,
                    size_t size) {
  const long got = Syscall(__NR_readlinkat, kAtFdcwd, path, text, size);
  if (got <= 0 || !IsMagicDirectory(path)) return got;
  FixedBuffer<kPathCapacity> program, program_host;
  if (FindProcessExe(path, program, program_host)) {
    // A program without a name is found by its descriptor only.
    const bool nameless = bare::StartsWith(program_host.str(), "/proc/");
    const Str link = nameless ? program_host.str() : program.str();
    for (size_t i = 0; i < link.size && i < size; ++i) text[i] = link[i];
    return static_cast<long>(link.size);
  }
  // /proc/self itself ("1234") and the like are ordinary relative links; a
  // magic link to what has no name in the view is left to the kernel.
  if (text[0] != '/') {
    return bare::Find(Str(text, static_cast<size_t>(got)), ':') ==
                   bare::kNotFound
               ? got
               : -EINVAL;
  }
  FixedBuffer<kPathCapacity> guest;
  if (!GuestOf(session.view, Str(text, static_cast<size_t>(got)), guest) ||
      bare::EndsWith(Str(text, static_cast<size_t>(got)), " (deleted)")) {
    return -EINVAL;
  }
  if (guest.size() == 0) guest.Append("/");
  for (size_t i = 0; i < guest.size() && i < size; ++i) {
    text[i] = guest.c_str()[i];
  }
  return static_cast<long>(guest.size());
}

long ReadLinkWithoutMagic(const FileSystem&, const char* path, char* text,
                          size_t size) {
  const long got = Syscall(__NR_readlinkat, kAtFdcwd, path, text, size);
  if (got <= 0 || !IsMagicDirectory(path)) return got;
  const Str target(text, static_cast<size_t>(got));
  const bool is_magic =
      target[0] == '/' || bare::Find(target, ':') != bare::kNotFound;
  return is_magic ? -ELOOP : got;
}

// Bounded look-ups follow no magic link (nd_jump_link, fs/namei.c).
long ReadLinkWithinBounds(const FileSystem& self, const char* path, char* text,
                          size_t size) {
  const long got = ReadLinkWithoutMagic(self, path, text, size);
  return got == -ELOOP ? -EXDEV : got;
}

constexpr FileSystem kFileSystemInView = {ReadLinkInView, KernelIsProgram};
constexpr FileSystem kFileSystemWithinBounds = {ReadLinkWithinBounds,
                                                KernelIsProgram};
constexpr FileSystem kFileSystemWithoutMagic = {ReadLinkWithoutMagic,
                                                KernelIsProgram};

bool HasDots(const char* path) {
  for (const char* p = path; *p != '\0';) {
    while (*p == '/') ++p;
    if (p[0] == '.' && p[1] == '.' && (p[2] == '\0' || p[2] == '/'))
      return true;
    while (*p != '\0' && *p != '/') ++p;
  }
  return false;
}

// Whether a component of the path `host` is a link, one look for each.
bool HasALink(const char* host, long dirfd, bool follow) {
  const Str path(host);
  for (size_t size = 1; size <= path.size; ++size) {
    if (size < path.size && path[size] != '/') continue;
    if (size == path.size && !follow) break;
    FixedBuffer<kPathCapacity> part;
    part.Append(path.First(size));
    char text[1];
    const long got = Syscall(__NR_readlinkat, dirfd, part.c_str(), text, 1);
    if (got >= 0 || part.overflow()) return true;
    if (got != -EINVAL) break;
  }
  return false;
}

// Whether the host path leads to a file by no link, in one look: 0, or an
// errno.
int LookWithoutLinks(const char* host, long dirfd, bool follow) {
  const OpenHow how = {kOPath | kOCloexec | (follow ? 0 : kONofollow), 0,
                       kResolveNoSymlinks};
  const long fd = Syscall(__NR_openat2, dirfd, host, &how, sizeof(how));
  if (fd < 0) return static_cast<int>(-fd);
  Syscall(__NR_close, fd);
  return 0;
}

// Whether the kernel could follow a link to what the view does not show: an
// absolute one leaves a root, and another may lead to what a mount hides.
bool MayMislead() { return session.hides_host || session.view.root[0] != '\0'; }

}  // namespace

int HostOfDirectory(long dirfd, Buffer& to) {
  char host[kPathCapacity];
  long size;
  if (static_cast<int>(dirfd) == kAtFdcwd) {
    size = Syscall(__NR_getcwd, host, sizeof(host)) - 1;  // counts the NUL
    if (size < -1) return static_cast<int>(-size - 1);
  } else {
    FixedBuffer<64> name;
    name.Append("/proc/self/fd/").AppendNumber(static_cast<uint32_t>(dirfd));
    size = Syscall(__NR_readlinkat, kAtFdcwd, name.c_str(), host, sizeof(host));
    if (size < 0) return size == -ENOENT ? EBADF : static_cast<int>(-size);
  }
  if (size <= 0 || host[0] != '/') return ENOENT;
  to.Append(Str(host, static_cast<size_t>(size)));
  return to.overflow() ? ENAMETOOLONG : 0;
}

int GuestOfDirectory(long dirfd, Buffer& guest) {
  FixedBuffer<kPathCapacity> host;
  if (const int error = HostOfDirectory(dirfd, host)) return error;
  return GuestOf(session.view, host.str(), guest) ? 0 : ENOENT;
}

namespace {

// A relative path, for a program that sees a layer: its directory may be one of
// both sides.
int TranslateRelative(const PathRequest& request, Place& place) {
  FixedBuffer<kPathCapacity> guest;
  place.path = request.path;
  if (GuestOfDirectory(request.dirfd, guest) != 0) return 0;
  guest.Append("/").Append(request.path);
  const bool plain =
      IsPlainPath(guest.c_str()) && !bare::EndsWith(guest.str(), "/");
  if (guest.overflow() || !plain) return TranslateExactly(request, place);
  switch (LookInLayer(guest.str(), request, place)) {
    case InLayer::kPlace:
      return 0;
    case InLayer::kPerhaps:
      return TranslateExactly(request, place);
    case InLayer::kNot:
      break;
  }
  place.path = request.path;
  return 0;
}

// Whether the payload's index may answer for the last component too.
bool LooksAtFile(const PathRequest& request) {
  return !request.may_be_absent && !request.is_entry && !request.refuse_links &&
         !request.refuse_mounts && request.bound == PathQuestion::kNoBound;
}

// Whether nothing can be at `path`: it is in a directory that holds nothing but
// the way to mounts, and not on one.
bool LeadsNowhere(Str path) {
  const Mount* mount = MountOf(session.view, path);
  return mount != nullptr && (mount->flags & kMountWay) != 0 &&
         path.size > Str(mount->guest).size && path[path.size - 1] != '/' &&
         !HasLongName(path) && !LeadsToAMount(session.view, path);
}

// ENOENT or ENOTDIR if that is known from memory, and settles the call. Else 0,
// with `text` turned to where links of the payload lead.
int AskMemory(const PathRequest& request, Str& text, Buffer& instead) {
  if (!LooksAtFile(request)) return 0;
  if (request.only_path_can_fail && LeadsNowhere(text)) return ENOENT;
  const int known = LookUpInPayload(text, request.follow, instead);
  if (known > 0 && request.only_path_can_fail) return known;
  if (known == 0 && instead.size() > 0) text = instead.str();
  return 0;
}

// The exact way by the index alone: 0 or an errno, or -1 if it does not know.
int ResolveInPayload(const PathRequest& request, Place& place) {
  const Str path(request.path);
  if (MayMislead() || path.empty() || path[0] != '/' || !LooksAtFile(request) ||
      !IsPlainPath(request.path)) {
    return -1;
  }
  FixedBuffer<kPathCapacity> instead;
  const int known = LookUpInPayload(path, request.follow, instead);
  if (known != 0) return known;
  const Str found = instead.size() > 0 ? instead.str() : path;
  if (!IsIntactInPayload(found)) return -1;
  place.guest.Clear();
  place.guest.Append(found);
  place.mount = MountOf(session.view, found);
  HostOf(session.view, found, place.host);
  if (place.host.overflow()) return ENAMETOOLONG;
  place.path = place.host.c_str();
  place.exact = true;
  return 0;
}

// Whether nothing but its text, and links on the way, say where a path leads.
bool IsByTextAndLinks(const PathRequest& request) {
  const size_t size = Str(request.path).size;
  return IsPlainPath(request.path) && size > 1 &&
         request.path[size - 1] != '/' && session.view.layer == nullptr &&
         !request.refuse_links && !request.refuse_magic_links &&
         !request.refuse_mounts && request.bound == PathQuestion::kNoBound;
}

// Where the kernel could be misled: the same two ways, once it is seen that
// there is no link on the way.
int TranslateRelativeInRoot(const PathRequest& request, Place& place) {
  const char* const path = request.path;
  const bool follow = request.follow && !request.is_entry;
  const bool is_name = bare::Find(path, '/') == bare::kNotFound;
  if (!IsByTextAndLinks(request) || Str(path) == "exe" ||
      bare::EndsWith(path, "/exe") || MayEnterAMount(request) ||
      !((is_name && !follow) ||
        LookWithoutLinks(path, request.dirfd, follow) == 0)) {
    return TranslateExactly(request, place);
  }
  place.path = path;
  return 0;
}

int TranslateInRoot(const PathRequest& request, Place& place) {
  const Str path(request.path);
  if (!IsByTextAndLinks(request) || IsMagicDirectory(path)) {
    return TranslateExactly(request, place);
  }
  HostOf(session.view, path, place.host);
  const bool follow = request.follow && !request.is_entry;
  const int error =
      place.host.overflow() || IsMagicDirectory(place.host.str())
          ? ELOOP
          : LookWithoutLinks(place.host.c_str(), kAtFdcwd, follow);
  const bool is_final = (error == ENOENT || error == ENOTDIR) &&
                        !request.may_be_absent && !request.is_entry &&
                        !LeadsToAMount(session.view, path);
  if (is_final) return error;
  if (error != 0) return TranslateExactly(request, place);
  place.guest.Append(path);
  place.path = place.host.c_str();
  place.mount = MountOf(session.view, path);
  place.exact = true;
  return 0;
}

}  // namespace

int Translate(const PathRequest& request, Place& place) {
  const char* path = request.path;
  if (path[0] != '/') {
    // The cwd and descriptors are host directories already. "self/exe" in /proc
    // is this binary.
    const bool may_be_exe =
        bare::EndsWith(path, "/exe") || bare::Str(path) == "exe";
    if (!MayMislead() && !HasDots(path) && !may_be_exe) {
      if (session.view.layer_first) return TranslateRelative(request, place);
      place.path = path;
      return 0;
    }
    return MayMislead() ? TranslateRelativeInRoot(request, place)
                        : TranslateExactly(request, place);
  }
  if (MayMislead()) return TranslateInRoot(request, place);
  const bool exact =
      !IsPlainPath(path) || IsMagicDirectory(path) || LeadsToDescriptors(path);
  if (exact) return TranslateExactly(request, place);
  Str text(path);
  FixedBuffer<kPathCapacity> instead;
  if (const int known = AskMemory(request, text, instead)) return known;
  place.mount = MountOf(session.view, text);
  if (place.mount == nullptr) {
    while (text.size > 1 && text[text.size - 1] == '/') {
      text = text.First(text.size - 1);
    }
    if (LeadsToAMount(session.view, text)) {
      return TranslateExactly(request, place);
    }
    if (session.view.layer_first) {
      const InLayer found = LookInLayer(text, request, place);
      if (found == InLayer::kPlace && text.size == Str(path).size) return 0;
      if (found != InLayer::kNot) return TranslateExactly(request, place);
    }
    place.path = path;
    return 0;
  }
  HostOf(session.view, text, place.host);
  if (place.host.overflow()) return ENAMETOOLONG;
  place.path = place.host.c_str();
  return 0;
}

int TranslateExactly(const PathRequest& request, Place& place) {
  if (const int known = ResolveInPayload(request, place); known >= 0) {
    return known;
  }
  if (!MayMislead() && LooksAtFile(request) && ResolveInLayer(request, place)) {
    return 0;
  }
  PathQuestion question;
  FixedBuffer<kPathCapacity> base;
  question.path = request.path;
  question.follow_last = request.follow;
  question.may_be_absent = request.may_be_absent;
  question.is_entry = request.is_entry;
  question.refuse_links = request.refuse_links;
  question.bound = request.bound;
  question.refuse_mounts = request.refuse_mounts;
  if (request.path[0] != '/' || request.bound != PathQuestion::kNoBound) {
    const int error = GuestOfDirectory(request.dirfd, base);
    // A directory without a name in the view, deleted or hidden: the kernel
    // still knows it by the descriptor.
    if (error != 0) {
      place.path = request.path;
      place.exact = true;
      return 0;
    }
    question.base = base.str();
  }
  PathAnswer answer;
  const FileSystem& fs = request.refuse_magic_links ? kFileSystemWithoutMagic
                         : request.bound != PathQuestion::kNoBound
                             ? kFileSystemWithinBounds
                             : kFileSystemInView;
  View view = session.view;
  if (request.seen_by != PathRequest::kThisProgram) {
    view.layer_first = view.layer != nullptr &&
                       request.seen_by == PathRequest::kProgramOfLayer;
  }
  const int error = Resolve(view, fs, question, answer);
  if (error != 0) return error;
  place.guest.Clear();
  place.guest.Append(answer.guest.str());
  FixedBuffer<kPathCapacity> exe;
  if (!request.follow || !FindProcessExe(answer.host.str(), exe, place.host)) {
    place.host.Clear();
    place.host.Append(answer.host.str());
  }
  place.path = place.host.c_str();
  place.mount = answer.mount;
  place.only_in_view = answer.only_in_view;
  place.last = answer.last;
  place.exact = true;
  return 0;
}

bool MayEnterAMount(const PathRequest& request) {
  if (request.path[0] == '/') return false;
  Str name(request.path);
  while (bare::StartsWith(name, "./") || bare::StartsWith(name, "/")) {
    name = name.From(1);
  }
  const size_t slash = bare::Find(name, '/');
  if (slash != bare::kNotFound) name = name.First(slash);
  FixedBuffer<kPathCapacity> entry;
  entry.Append("/").Append(name);
  bool may_be = false;  // by the text alone: nearly always settles it
  for (uint32_t i = 0; i < session.view.mount_count; ++i) {
    const Str at(session.view.mounts[i].guest);
    for (size_t k = 0; k < at.size; ++k) {
      may_be |= at[k] == '/' && IsAtOrBelow(at.From(k), entry.str());
    }
  }
  FixedBuffer<kPathCapacity> base;
  return may_be && GuestOfDirectory(request.dirfd, base) == 0 &&
         LeadsToAMount(session.view, base.str());
}

bool MayLeadThroughALink(const char* host, long dirfd, bool follow) {
  const int error = LookWithoutLinks(host, dirfd, follow);
  if (error == 0 || error == ENOENT || error == ENOTDIR || error == EACCES) {
    return false;
  }
  // ENOSYS (before Linux 5.6), or refused.
  return error == ELOOP || HasALink(host, dirfd, follow);
}

bool MayBeMagicLink(const Place& place, const char* text, long size) {
  if (IsMagicDirectory(place.path)) return true;
  if (place.exact || size <= 0 || text[0] != '/') return false;
  FixedBuffer<kPathCapacity> shown;
  const Str was(text, static_cast<size_t>(size));
  return GuestOf(session.view, was, shown) && !(shown.str() == was);
}

long ReadMagicLink(const char* host, char* text, size_t capacity) {
  char was[kPathCapacity];
  const long size = Syscall(__NR_readlinkat, kAtFdcwd, host, was, sizeof(was));
  if (size < 0) return size;
  FixedBuffer<kPathCapacity> shown, exe_host;
  if (FindProcessExe(host, shown, exe_host)) {
    // what this binary has become
  } else if (!IsMagicDirectory(host) || was[0] != '/' ||
             !GuestOf(session.view, Str(was, static_cast<size_t>(size)),
                      shown)) {
    shown.Clear();
    shown.Append(Str(was, static_cast<size_t>(size)));
  }
  if (shown.size() == 0) shown.Append("/");
  const size_t cut = shown.size() < capacity ? shown.size() : capacity;
  for (size_t i = 0; i < cut; ++i) text[i] = shown.c_str()[i];
  return static_cast<long>(cut);
}

}  // namespace relocatable
