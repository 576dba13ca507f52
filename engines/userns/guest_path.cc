#include "engines/userns/guest_path.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>

#include "base/bare/syscall.h"
#include "engines/userns/lookup.h"

namespace relocatable::userns {
namespace {

using bare::Str;

constexpr int kMaxLinks = 40;  // as the kernel's: path_resolution(7)

// Takes the first component off `path`; empty when there is none left.
Str TakeComponent(Str& path) {
  while (!path.empty() && path[0] == '/') path = path.From(1);
  const size_t slash = bare::Find(path, '/');
  const Str component = slash == bare::kNotFound ? path : path.First(slash);
  path = path.From(component.size);
  return component;
}

void DropLast(bare::Buffer& path) {
  const size_t slash = bare::FindLast(path.str(), '/');
  path.Truncate(slash == bare::kNotFound ? 0 : slash);
}

// If the view shows a link at `path`: its text to `target`.
bool LinkAt(const View& view, Str path, bare::Buffer& target) {
  PathBuffer host;
  if (!S_ISLNK(ModeAt(view, path, Scope::kBeneath, host))) return false;
  char text[PATH_MAX];
  const long size = bare::Syscall(__NR_readlinkat, AT_FDCWD, host.c_str(), text,
                                  sizeof(text));
  if (size <= 0) return false;
  target.Clear();
  target.Append(Str(text, size));
  return true;
}

}  // namespace

int FollowLinks(const View& view, Str guest, bare::Buffer& out) {
  PathBuffer paths[2];
  int links = 0;
  Str todo = guest;
  out.Clear();
  for (;;) {
    const Str component = TakeComponent(todo);
    if (component.empty()) return out.overflow() ? ENAMETOOLONG : 0;
    if (component == ".") continue;
    if (component == "..") {
      DropLast(out);
      continue;
    }
    const size_t parent = out.size();
    out.Append("/").Append(component);
    if (out.overflow()) return ENAMETOOLONG;
    PathBuffer& next = paths[links % 2];  // `todo` may lie in the other one
    if (!LinkAt(view, out.str(), next)) continue;
    if (++links > kMaxLinks) return ELOOP;
    next.Append("/").Append(todo);
    if (next.overflow()) return ENAMETOOLONG;
    out.Truncate(next.c_str()[0] == '/' ? 0 : parent);
    todo = next.str();
  }
}

}  // namespace relocatable::userns
