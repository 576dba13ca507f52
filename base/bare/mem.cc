// The four functions that gcc and clang call on their own, whatever the flags
// ("Language Standards Supported by GCC": freestanding environments must
// provide memcpy, memmove, memset and memcmp). Sizes here are small; no vector
// code.
#include <stddef.h>

extern "C" {

void* memcpy(void* to, const void* from, size_t size) {
  void* const result = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
  return result;
}

void* memmove(void* to, const void* from, size_t size) {
  char* t = static_cast<char*>(to);
  const char* f = static_cast<const char*>(from);
  if (t <= f) return memcpy(to, from, size);
  while (size-- > 0) {
    t[size] = f[size];
    __asm__ volatile("" : : : "memory");  // keep this loop a loop
  }
  return to;
}

void* memset(void* to, int value, size_t size) {
  void* const result = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
  return result;
}

int memcmp(const void* left, const void* right, size_t size) {
  const unsigned char* l = static_cast<const unsigned char*>(left);
  const unsigned char* r = static_cast<const unsigned char*>(right);
  for (; size > 0; --size, ++l, ++r) {
    if (*l != *r) return *l - *r;
    __asm__ volatile("" : : : "memory");
  }
  return 0;
}
}
