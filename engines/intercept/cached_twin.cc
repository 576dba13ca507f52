#include "engines/intercept/cached_twin.h"

#include <asm/stat.h>
#include <asm/unistd.h>
#include <stddef.h>

#include "base/bare/syscall.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/code_mapping.h"
#include "engines/intercept/twin_index.h"

namespace relocatable {
namespace {

using bare::Syscall;

// A jump to a trampoline goes this far; nor is a program's code larger.
constexpr int64_t kReach = int64_t{1} << 31;

bool HasPlausibleSizes(const CachedTwinHeader& h) {
  if (h.size == 0) return h.trampolines_at == 0 && h.trampolines_size == 0;
  const int64_t size = static_cast<int64_t>(h.size),
                room = static_cast<int64_t>(h.trampolines_size);
  const bool in_reach = size > 0 && size < kReach && room > 0 &&
                        room < kReach && h.trampolines_at > -kReach &&
                        h.trampolines_at < kReach;
  return in_reach && h.size % kCodePage == 0 &&
         h.trampolines_size % kCodePage == 0 &&
         h.trampolines_at % int64_t{kCodePage} == 0 &&
         (h.trampolines_at >= size || h.trampolines_at + room <= 0);
}

}  // namespace

bool operator==(const CodeOrigin& a, const CodeOrigin& b) {
  const auto* x = reinterpret_cast<const uint64_t*>(&a);
  const auto* y = reinterpret_cast<const uint64_t*>(&b);
  for (size_t i = 0; i < sizeof(CodeOrigin) / sizeof(uint64_t); ++i) {
    if (x[i] != y[i]) return false;
  }
  return true;
}

uint64_t CheckOf(const CachedTwinHeader& h) {
  return HashCode(&h, offsetof(CachedTwinHeader, check));
}

uint64_t FileSizeOf(const CachedTwinHeader& h) {
  return h.size == 0 ? sizeof(h)
                     : kCachedTwinCode + h.size + h.trampolines_size;
}

bool IsTwinOf(const CodeOrigin& origin, const CachedTwinHeader& h,
              uint64_t file_size) {
  for (size_t i = 0; i < sizeof(h.magic); ++i) {
    if (h.magic[i] != kCachedTwinMagic[i]) return false;
  }
  return h.version == kCachedTwinVersion &&
         h.abi_version == kInterceptVersion && h.check == CheckOf(h) &&
         h.origin == origin && HasPlausibleSizes(h) &&
         file_size == FileSizeOf(h);
}

bool ReadOrigin(long fd, uint64_t begin, CodeOrigin& origin) {
  constexpr unsigned kType = 0170000, kRegular = 0100000;
  struct stat st;
  if (Syscall(__NR_fstat, fd, &st) != 0 || (st.st_mode & kType) != kRegular) {
    return false;
  }
  char head[1024];
  const long got = Syscall(__NR_pread64, fd, head, sizeof(head), 0);
  if (got < 0) return false;
  origin = {st.st_dev,
            st.st_ino,
            static_cast<uint64_t>(st.st_size),
            st.st_mtime,
            st.st_mtime_nsec,
            st.st_ctime,
            st.st_ctime_nsec,
            HashCode(head, static_cast<uint64_t>(got)),
            begin};
  return true;
}

}  // namespace relocatable
