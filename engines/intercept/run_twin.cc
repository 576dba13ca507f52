// Runs a dynamic loader's twin, with a page of our ABI in place whose entries
// make the system call as it is, and count:
//
//   run_twin LOADER COUNTS --library-path DIR PROGRAM [ARG...]
//
// LOADER is the twin of ld.so, DIR holds that of libc; COUNTS (a file of
// sizeof(TwinCounts) bytes) is where count_entries.h counts.
#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "engines/intercept/abi.h"
#include "engines/intercept/count_entries.h"

namespace relocatable {
namespace {

constexpr uint64_t kPage = 4096;

[[noreturn]] void Die(const char* what) {
  perror(what);
  _exit(125);
}

void* Map(uint64_t at, uint64_t size, int protection, int flags, int fd,
          uint64_t offset) {
  void* const result =
      mmap(reinterpret_cast<void*>(at), size, protection, flags, fd, offset);
  if (result == MAP_FAILED) Die("mmap");
  return result;
}

void MapAbi(const char* counts) {
  const int fd = open(counts, O_RDWR);
  if (fd < 0) Die(counts);
  Map(kTwinCountsAddress, sizeof(TwinCounts), PROT_READ | PROT_WRITE,
      MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
  close(fd);
  void* const page =
      Map(kInterceptBase, kPage, PROT_READ | PROT_WRITE,
          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  const InterceptAbi abi = {kInterceptMagic, kInterceptVersion,
                            sizeof(InterceptAbi),
                            reinterpret_cast<uint64_t>(CountFast),
                            reinterpret_cast<uint64_t>(CountGeneric)};
  memcpy(page, &abi, sizeof(abi));
  mprotect(page, kPage, PROT_READ);
}

int ProtectionOf(uint32_t flags) {
  return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) |
         (flags & PF_X ? PROT_EXEC : 0);
}

// Maps the shared object `path`; returns where.
const Elf64_Ehdr* MapLoader(const char* path) {
  const int fd = open(path, O_RDONLY);
  if (fd < 0) Die(path);
  static char start[kPage];
  if (pread(fd, start, kPage, 0) < 64) Die(path);
  const auto* header = reinterpret_cast<const Elf64_Ehdr*>(start);
  const auto* segments =
      reinterpret_cast<const Elf64_Phdr*>(start + header->e_phoff);
  const uint64_t base = reinterpret_cast<uint64_t>(
      Map(0, 16 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  for (int i = 0; i < header->e_phnum; ++i) {
    const Elf64_Phdr& s = segments[i];
    if (s.p_type != PT_LOAD) continue;
    const uint64_t skew = s.p_vaddr % kPage;
    const uint64_t at = base + s.p_vaddr - skew;
    Map(at, s.p_filesz + skew, ProtectionOf(s.p_flags), MAP_PRIVATE | MAP_FIXED,
        fd, s.p_offset - skew);
    if (s.p_memsz == s.p_filesz) continue;
    const uint64_t end = base + s.p_vaddr + s.p_filesz;
    const uint64_t page_end = (end + kPage - 1) & ~(kPage - 1);
    memset(reinterpret_cast<void*>(end), 0, page_end - end);
    const uint64_t memory_end = base + s.p_vaddr + s.p_memsz;
    if (memory_end <= page_end) continue;
    Map(page_end, memory_end - page_end, ProtectionOf(s.p_flags),
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  }
  close(fd);
  return reinterpret_cast<const Elf64_Ehdr*>(base);
}

// The auxiliary vector as the kernel would have made it for `loader`.
void CorrectAuxv(char** env, const Elf64_Ehdr* loader) {
  while (*env != nullptr) ++env;
  const uint64_t base = reinterpret_cast<uint64_t>(loader);
  for (auto* aux = reinterpret_cast<Elf64_auxv_t*>(env + 1);
       aux->a_type != AT_NULL; ++aux) {
    if (aux->a_type == AT_PHDR) aux->a_un.a_val = base + loader->e_phoff;
    if (aux->a_type == AT_PHNUM) aux->a_un.a_val = loader->e_phnum;
    if (aux->a_type == AT_ENTRY) aux->a_un.a_val = base + loader->e_entry;
    if (aux->a_type == AT_BASE) aux->a_un.a_val = 0;
  }
}

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv, char** env) {
  if (argc < 4) return 2;
  relocatable::MapAbi(argv[2]);
  const Elf64_Ehdr* loader = relocatable::MapLoader(argv[1]);
  relocatable::CorrectAuxv(env, loader);
  // Its stack begins two words later: argc, and LOADER's name is argv[0].
  argv[2] = argv[1];
  *reinterpret_cast<long*>(argv + 1) = argc - 2;
  asm volatile(
      "mov %0,%%rsp\n\t"
      "xor %%edx,%%edx\n\t"
      "xor %%ebp,%%ebp\n\t"
      "jmp *%1"
      :
      : "r"(argv + 1), "r"(reinterpret_cast<uint64_t>(loader) + loader->e_entry)
      : "rdx", "memory");
  __builtin_unreachable();
}
