#include "engines/inprocess/real_path.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/view/resolve.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;
constexpr long kOPathCloexec = 010000000 | 02000000;

}  // namespace

int RealPath(const char* host, bare::Buffer& real) {
  const long fd = Syscall(__NR_openat, kAtFdcwd, host, kOPathCloexec, 0);
  if (fd < 0) return static_cast<int>(-fd);
  FixedBuffer<64> name;
  name.Append("/proc/self/fd/").AppendNumber(static_cast<unsigned long>(fd));
  char text[kPathCapacity];
  const long size =
      Syscall(__NR_readlinkat, kAtFdcwd, name.c_str(), text, sizeof(text));
  Syscall(__NR_close, fd);
  // Without /proc the path as it is has to do.
  real.Append(size > 0 ? Str(text, static_cast<size_t>(size)) : Str(host));
  return real.overflow() ? ENAMETOOLONG : 0;
}

}  // namespace relocatable
