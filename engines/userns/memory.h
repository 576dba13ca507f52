// engines/userns/memory.h - the memory of one launch, in one mapping: stacks
// for the two children it may have, and space to plan in.
#ifndef ENGINES_USERNS_MEMORY_H_
#define ENGINES_USERNS_MEMORY_H_

#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/userns/plan.h"

namespace relocatable::userns {

class Memory {
 public:
  explicit Memory(uint32_t mount_count)
      : size_(2 * kStackSize + Arena::SizeFor(mount_count)),
        start_(bare::Syscall(__NR_mmap, nullptr, size_, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                             0)) {}
  Memory(const Memory&) = delete;
  ~Memory() {
    if (error() == 0) bare::Syscall(__NR_munmap, start_, size_);
  }

  // 0 or -errno; nothing else may be used in that case.
  long error() const { return start_ < 0 && start_ > -4096 ? start_ : 0; }

  void* first_stack_end() const { return At(kStackSize); }
  void* second_stack_end() const { return At(2 * kStackSize); }
  Arena arena() const { return {At(2 * kStackSize), size_ - 2 * kStackSize}; }

 private:
  // Most of it is never touched: the deepest call needs about 40 KB, and 200 KB
  // where a layer is merged directory by directory.
  static constexpr size_t kStackSize = 256 << 10;

  void* At(size_t offset) const {
    return reinterpret_cast<void*>(start_ + static_cast<long>(offset));
  }

  const size_t size_;
  const long start_;
};

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_MEMORY_H_
