#include "engines/intercept/sockets.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/bare/syscall.h"
#include "engines/intercept/perform.h"
#include "engines/intercept/read_only.h"
#include "engines/intercept/session.h"
#include "engines/intercept/translate.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr uint16_t kAfUnix = 1;
constexpr size_t kPathSize = 108;  // UNIX_PATH_MAX, linux/un.h
constexpr long kAtFdcwd = -100;

struct UnixName {
  uint16_t family;
  char path[kPathSize + 1];  // room for a NUL that the caller may leave out
};
constexpr size_t kHeader = 2;

// A name translated; its directory is held open while the call lasts.
struct Translated {
  UnixName name;
  size_t size = 0;
  long directory = -1;

  ~Translated() {
    if (directory >= 0) Syscall(__NR_close, directory);
  }
};

bool IsPathName(const void* name, size_t size) {
  const UnixName* unix_name = static_cast<const UnixName*>(name);
  return name != nullptr && size > kHeader && size <= kHeader + kPathSize &&
         unix_name->family == kAfUnix && unix_name->path[0] != '\0';
}

void SetPath(Str path, Translated& to) {
  to.name.family = kAfUnix;
  for (size_t i = 0; i < path.size; ++i) to.name.path[i] = path[i];
  to.name.path[path.size] = '\0';
  to.size = kHeader + path.size + 1;
}

// "/long/host/dir/name" as "/proc/self/fd/N/name".
int Shorten(Str host, Translated& to) {
  constexpr int kDirectory = 010000000 | 02000000 | 0200000;  // O_PATH|...
  FixedBuffer<kPathCapacity> dir, path;
  dir.Append(bare::DirName(host));
  to.directory = Syscall(__NR_openat, kAtFdcwd, dir.c_str(), kDirectory, 0);
  if (to.directory < 0) return static_cast<int>(-to.directory);
  path.Append("/proc/self/fd/")
      .AppendNumber(static_cast<unsigned long>(to.directory))
      .Append("/")
      .Append(bare::BaseName(host));
  if (path.size() > kPathSize) return ENAMETOOLONG;
  SetPath(path.str(), to);
  return 0;
}

// Whether two names, neither of which may exist, are in one directory.
bool InSameDirectory(Str a, Str b) {
  struct stat of_a, of_b;
  const auto look = [](Str path, struct stat& st) {
    FixedBuffer<kPathCapacity> parent;
    const bool has_parent = bare::Find(path, '/') != bare::kNotFound;
    parent.Append(has_parent ? bare::DirName(path) : Str(".")).Append("/.");
    return Syscall(__NR_newfstatat, kAtFdcwd, parent.c_str(), &st, 0) == 0;
  };
  return bare::BaseName(a) == bare::BaseName(b) && look(a, of_a) &&
         look(b, of_b) && of_a.st_dev == of_b.st_dev &&
         of_a.st_ino == of_b.st_ino;
}

int TranslateName(const void* name, size_t size, bool creates, Translated& to) {
  const UnixName* given = static_cast<const UnixName*>(name);
  FixedBuffer<kPathSize + 1> path;
  for (size_t i = 0; i < size - kHeader && given->path[i] != '\0'; ++i) {
    path.Append(Str(&given->path[i], 1));
  }
  PathRequest request;
  request.path = path.c_str();
  request.follow = !creates;
  request.may_be_absent = creates;
  request.is_entry = creates;
  Place place;
  const int error = TranslateExactly(request, place);
  if (error != 0) return error;
  if (creates && IsReadOnly(place)) {
    const int refused = RefuseToCreate(request, place, false);
    return refused == EEXIST ? EADDRINUSE : refused;
  }
  const Str host(place.path);
  // What the kernel finds by itself keeps the program's own bytes, and their
  // number: getsockname(2) shows them.
  if (InSameDirectory(path.str(), host)) {
    to.size = size;
    to.name.family = kAfUnix;
    for (size_t i = 0; i < size - kHeader; ++i)
      to.name.path[i] = given->path[i];
    return 0;
  }
  if (host.size > kPathSize - 1) return Shorten(host, to);
  SetPath(host, to);
  return 0;
}

long CallWithName(const Call& call, int name_argument, int size_argument) {
  const void* name = call.Pointer<const void>(name_argument);
  const size_t size = static_cast<uint32_t>(call.arguments[size_argument]);
  if (!IsPathName(name, size)) return Perform(call);
  Translated to;
  const int error = TranslateName(name, size, call.number == __NR_bind, to);
  if (error != 0) return -error;
  Call copy = call;
  copy.Set(name_argument, &to.name);
  copy.arguments[size_argument] = static_cast<long>(to.size);
  return Perform(copy);
}

// Shows a name that the kernel wrote, `*size` bytes of which `room` fit.
void ShowName(void* name, uint32_t room, uint32_t* size) {
  UnixName* given = static_cast<UnixName*>(name);
  if (*size > room || !IsPathName(name, *size)) return;
  FixedBuffer<kPathSize + 1> host;
  for (size_t i = 0; i < *size - kHeader && given->path[i] != '\0'; ++i) {
    host.Append(Str(&given->path[i], 1));
  }
  FixedBuffer<kPathCapacity> guest;
  if (host.size() == 0 || host.c_str()[0] != '/' ||
      !GuestOf(session.view, host.str(), guest) || guest.str() == host.str()) {
    return;
  }
  const uint32_t shown = static_cast<uint32_t>(kHeader + guest.size() + 1);
  for (uint32_t i = kHeader; i < shown && i < room; ++i) {
    given->path[i - kHeader] = guest.c_str()[i - kHeader];
  }
  *size = shown;
}

long CallAndShowName(const Call& call, const SyscallRow& row) {
  void* name = call.Pointer<void>(row.data);
  uint32_t* size = call.Pointer<uint32_t>(row.size);
  const uint32_t room = name == nullptr || size == nullptr ? 0 : *size;
  const long result = Perform(call);
  if (result >= 0 && room > 0) ShowName(name, room, size);
  return result;
}

// struct user_msghdr, linux/socket.h.
struct Message {
  void* name;
  int32_t name_size;
  int32_t padding;
  void* vectors;
  size_t vector_count;
  void* control;
  size_t control_size;
  uint32_t flags;
  uint32_t padding2;
};
struct MessageEntry {
  Message header;
  uint32_t length;
  uint32_t padding;
};

long SendMessage(const Call& call, const Message& message) {
  const size_t size = static_cast<size_t>(message.name_size);
  if (!IsPathName(message.name, size)) return Perform(call);
  Translated to;
  const int error = TranslateName(message.name, size, false, to);
  if (error != 0) return -error;
  Message copy = message;
  copy.name = &to.name;
  copy.name_size = static_cast<int32_t>(to.size);
  Call with_copy = call;
  with_copy.Set(1, &copy);
  return Perform(with_copy);
}

long ReceiveMessage(const Call& call, Message* message) {
  const uint32_t room =
      message->name == nullptr ? 0 : static_cast<uint32_t>(message->name_size);
  const long result = Perform(call);
  if (result >= 0 && room > 0) {
    ShowName(message->name, room,
             reinterpret_cast<uint32_t*>(&message->name_size));
  }
  return result;
}

// sendmmsg with names: one by one, as the manual page says it behaves.
long SendMessages(const Call& call) {
  MessageEntry* entries = call.Pointer<MessageEntry>(1);
  const uint32_t count = static_cast<uint32_t>(call.arguments[2]);
  bool any_name = false;
  for (uint32_t i = 0; i < count && i < 1024; ++i) {
    any_name |= IsPathName(entries[i].header.name,
                           static_cast<size_t>(entries[i].header.name_size));
  }
  if (!any_name) return Perform(call);
  for (uint32_t i = 0; i < count && i < 1024; ++i) {
    const Call one = {
        __NR_sendmsg,
        {call.arguments[0], reinterpret_cast<long>(&entries[i].header),
         call.arguments[3], 0, 0, 0},
        0};
    const long sent = SendMessage(one, entries[i].header);
    if (sent < 0) return i == 0 ? sent : static_cast<long>(i);
    entries[i].length = static_cast<uint32_t>(sent);
  }
  return count < 1024 ? count : 1024;
}

long ReceiveMessages(const Call& call) {
  constexpr uint32_t kMost = 1024;  // UIO_MAXIOV
  MessageEntry* entries = call.Pointer<MessageEntry>(1);
  const uint32_t count = static_cast<uint32_t>(call.arguments[2]);
  const long received = Perform(call);
  for (long i = 0; i < received && i < count && i < kMost; ++i) {
    Message& m = entries[i].header;
    if (m.name == nullptr) continue;
    // The room is overwritten; a name that was cut is longer than it.
    uint32_t size = static_cast<uint32_t>(m.name_size);
    ShowName(m.name, size, &size);
    m.name_size = static_cast<int32_t>(size);
  }
  return received;
}

}  // namespace

long CallWithSocketName(const Call& call, const SyscallRow& row) {
  switch (row.handling) {
    case Handling::kSocketName:
      return CallWithName(call, row.data, row.size);
    case Handling::kSocketNameBack:
      return CallAndShowName(call, row);
    case Handling::kMessage:
      return SendMessage(call, *call.Pointer<const Message>(row.data));
    case Handling::kMessageBack:
      return ReceiveMessage(call, call.Pointer<Message>(row.data));
    case Handling::kMessages:
      return SendMessages(call);
    default:
      return ReceiveMessages(call);
  }
}

}  // namespace relocatable
