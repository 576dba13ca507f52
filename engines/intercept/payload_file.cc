#include "engines/intercept/payload_file.h"

#include <asm/stat.h>
#include <asm/unistd.h>
#include <stdint.h>
#include <sys/mman.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/intercept/map_twin.h"
#include "engines/intercept/payload_lookup.h"
#include "engines/intercept/session.h"
#include "engines/view/payload.h"
#include "engines/view/resolve.h"

namespace relocatable {
namespace {

using bare::Syscall;

// What is mapped now.
const char* open_file;
uint64_t open_size;

// The whole file; sets its size. nullptr if there is none.
const char* MapFile(const char* path, uint64_t& size) {
  constexpr long kAtFdcwd = -100, kReadCloexec = 02000000;
  const long fd = Syscall(__NR_openat, kAtFdcwd, path, kReadCloexec, 0);
  if (fd < 0) return nullptr;
  struct stat st;
  long map = Syscall(__NR_fstat, fd, &st);
  if (map == 0) {
    size = static_cast<uint64_t>(st.st_size);
    map = Syscall(__NR_mmap, nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  }
  Syscall(__NR_close, fd);
  return map < 0 && map > -4096 ? nullptr : reinterpret_cast<const char*>(map);
}

bool Holds(uint64_t size, const PayloadSection& section) {
  return section.size > 0 && section.offset % 8 == 0 &&
         section.offset <= size && section.size <= size - section.offset;
}

}  // namespace

void OpenPayload() {
  const Payload& payload = session.payload;
  UsePayloadIndex(nullptr, 0);
  UseTwins(nullptr, 0);
  if (open_file != nullptr) Syscall(__NR_munmap, open_file, open_size);
  open_file = nullptr;
  if (payload.index.size == 0 && payload.twins.size == 0) return;
  bare::FixedBuffer<kPathCapacity> path;
  path.Append(payload.directory).Append("/").Append(payload.file);
  if (path.overflow()) return;
  open_file = MapFile(path.c_str(), open_size);
  if (open_file == nullptr) return;
  if (Holds(open_size, payload.index)) {
    UsePayloadIndex(open_file + payload.index.offset, payload.index.size);
  }
  if (Holds(open_size, payload.twins)) {
    UseTwins(open_file + payload.twins.offset, payload.twins.size);
  }
}

}  // namespace relocatable
