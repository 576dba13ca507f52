#include "engines/userns/ids.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/userns/descriptors.h"

namespace relocatable::userns {
namespace {

using bare::Str;
using bare::Syscall;

// The kernel takes a map in one write of less than a page.
using MapText = bare::FixedBuffer<4096>;

long WriteFile(const char* path, Str text) {
  const long fd = OpenFile(path, O_WRONLY);
  if (fd < 0) return fd;
  const long result = Syscall(__NR_write, fd, text.data, text.size);
  CloseFile(fd);
  return result;
}

long MapOne(const char* path, unsigned id) {
  bare::FixedBuffer<32> line;
  line.AppendNumber(id).Append(" ").AppendNumber(id).Append(" 1\n");
  return WriteFile(path, line.str());
}

Str TakeWord(Str& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\n')) {
    text = text.From(1);
  }
  size_t size = 0;
  while (size < text.size && text[size] != ' ' && text[size] != '\n') ++size;
  const Str word = text.First(size);
  text = text.From(size);
  return word;
}

// The ids of the caller's own map, "INSIDE OUTSIDE COUNT" a line, each mapped
// to itself.
bool ReadIdentity(const char* own_map, MapText& identity) {
  const long fd = OpenFile(own_map, O_RDONLY);
  if (fd < 0) return false;
  char space[4096];
  const long size = Syscall(__NR_read, fd, space, sizeof(space));
  CloseFile(fd);
  if (size <= 0 || size == sizeof(space)) return false;
  for (Str text(space, size);;) {
    const Str inside = TakeWord(text);
    TakeWord(text);
    const Str count = TakeWord(text);
    if (count.empty()) return !identity.overflow();
    identity.Append(inside).Append(" ").Append(inside).Append(" ");
    identity.Append(count).Append("\n");
  }
}

bool MapAll(const char* own_map, pid_t process, const char* file) {
  MapText identity;
  if (!ReadIdentity(own_map, identity)) return false;
  bare::FixedBuffer<64> path;
  path.Append("/proc/").AppendNumber(process).Append(file);
  return WriteFile(path.c_str(), identity.str()) > 0;
}

}  // namespace

Ids EffectiveIds() {
  return {static_cast<uid_t>(Syscall(__NR_geteuid)),
          static_cast<gid_t>(Syscall(__NR_getegid))};
}

bool IsPrivileged() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  if (Syscall(__NR_capget, &header, data) < 0) return false;
  constexpr unsigned kNeeded = 1u << CAP_SYS_ADMIN | 1u << CAP_SYS_CHROOT;
  return (data[0].effective & kNeeded) == kNeeded;
}

int MapAllIds(pid_t process) {
  return (MapAll("/proc/self/uid_map", process, "/uid_map") ? kUserMap : 0) |
         (MapAll("/proc/self/gid_map", process, "/gid_map") ? kGroupMap : 0);
}

bool MapOwnIds(const Ids& ids, int written, Report& report) {
  if ((written & kGroupMap) == 0 &&
      !report.At(kDenySetgroups)
           .Did(WriteFile("/proc/self/setgroups", "deny"))) {
    return false;
  }
  return ((written & kUserMap) != 0 ||
          report.At(kMapUser).Did(MapOne("/proc/self/uid_map", ids.uid))) &&
         ((written & kGroupMap) != 0 ||
          report.At(kMapGroup).Did(MapOne("/proc/self/gid_map", ids.gid)));
}

}  // namespace relocatable::userns
