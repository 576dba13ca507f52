// A program without any libc: the smallest thing the kernel can start. What it
// is born with comes straight from the stack the kernel made.
#include <elf.h>

static long Call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
}

static void Say(const char* text) {
  long length = 0;
  while (text[length]) ++length;
  Call(1, 1, (long)text, length);
}

__attribute__((used)) void Main(long* stack) {
  const long argc = *stack;
  char** argv = (char**)(stack + 1);
  for (long i = 0; i < argc; ++i) {
    Say("argv=");
    Say(argv[i]);
    Say("\n");
  }
  char** env = argv + argc + 1;
  for (; *env; ++env) {
    Say("environ=");
    Say(*env);
    Say("\n");
  }
  const Elf64_auxv_t* auxv = (const Elf64_auxv_t*)(env + 1);
  for (; auxv->a_type != AT_NULL; ++auxv) {
    if (auxv->a_type == AT_EXECFN) {
      Say("execfn=");
      Say((const char*)auxv->a_un.a_val);
      Say("\n");
    }
  }
  // open("/gnu/store", O_PATH) and exit with whether it could.
  const long fd = Call(2, (long)"/gnu/store", 010000000, 0);
  Say(fd < 0 ? "store=missing\n" : "store=there\n");
  Call(231, fd < 0 ? 1 : 7, 0, 0);
}

// The stack is 16-byte aligned at the entry, by the ABI; the argument block
// lies at its top.
__asm__(
    ".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n"
    " call Main\n");
