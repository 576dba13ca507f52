#include "engines/intercept/map_cached.h"

#include <asm/unistd.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/map_patched.h"
#include "engines/intercept/session.h"
#include "engines/intercept/twin_cache.h"

namespace relocatable {
namespace {

using bare::Syscall;

// Maps the trampolines of a twin whose code is to be at `code`. False if
// something else is there.
bool MapTrampolines(const CachedTwinHeader& twin, long fd, uint64_t code) {
  CodeMapping m;
  m.address = code + static_cast<uint64_t>(twin.trampolines_at);
  m.size = twin.trampolines_size;
  m.protection = PROT_READ | PROT_EXEC;
  m.flags = MAP_PRIVATE | MAP_FIXED_NOREPLACE;
  m.fd = fd;
  m.offset = kCachedTwinCode + twin.size;
  const long at = MapAsItIs(m);
  if (at == static_cast<long>(m.address)) return true;
  // Kernels before 4.17 take the address for a wish.
  if (!IsMapError(at)) Syscall(__NR_munmap, at, m.size);
  return false;
}

enum class Result {
  kMapped,
  kNotThere,
  kNotUsable,  // here and now, though it is there; nothing is mapped
};

// Sets where `m` is mapped. If the twin is not usable, `m` may then have to be
// mapped where it was tried.
Result MapTwinOf(const TwinCache& cache, CodeMapping& m, long& mapped) {
  CachedTwinHeader twin;
  const long fd = cache.Open(twin);
  if (fd < 0) return Result::kNotThere;
  Result result = Result::kMapped;
  if (twin.size == 0) {
    mapped = MapAsItIs(m);
  } else {
    // An error may be that of a file system that is mounted noexec.
    mapped = MapTwinCode(m, {m.offset, twin.size, fd, kCachedTwinCode});
    if (IsMapError(mapped)) {
      result = Result::kNotUsable;
    } else if (!MapTrampolines(twin, fd, static_cast<uint64_t>(mapped))) {
      result = Result::kNotUsable;
      m = m.Again(mapped);
    }
  }
  Syscall(__NR_close, fd);
  return result;
}

}  // namespace

long MapCached(const CodeMapping& mapping) {
  CodeMapping m = mapping;
  TwinCache cache(m.fd, m.offset);
  long mapped;
  const Result result = MapTwinOf(cache, m, mapped);
  if (result == Result::kMapped) return mapped;
  const bool keeps = result == Result::kNotThere && cache.Begin();
  if (!keeps && session.floor != Floor::kNone) return MapAsItIs(m);
  PatchedCode made;
  mapped = MapPatched(m, made);
  if (keeps) cache.Keep(made);
  return mapped;
}

}  // namespace relocatable
