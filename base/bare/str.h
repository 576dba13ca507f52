// base/bare/str.h - strings for freestanding code: views and fixed buffers.
//
// Not std::string_view: with -mgeneral-regs-only clang cannot compile
// libstdc++'s header, and its functions call libc's.
#ifndef BASE_BARE_STR_H_
#define BASE_BARE_STR_H_

#include <stddef.h>

namespace relocatable::bare {

size_t Length(const char* s);

// Bytes that belong to somebody else; not NUL-terminated.
struct Str {
  const char* data = "";
  size_t size = 0;

  constexpr Str() = default;
  constexpr Str(const char* d, size_t n) : data(d), size(n) {}
  Str(const char* s) : data(s), size(Length(s)) {}  // NOLINT: like string_view

  char operator[](size_t i) const { return data[i]; }
  bool empty() const { return size == 0; }
  Str From(size_t start) const { return {data + start, size - start}; }
  Str First(size_t count) const { return {data, count}; }
};

bool operator==(Str a, Str b);
bool StartsWith(Str s, Str prefix);
bool EndsWith(Str s, Str suffix);

inline constexpr size_t kNotFound = ~size_t{0};
size_t Find(Str s, char c);      // index of the first c, or kNotFound
size_t FindLast(Str s, char c);  // index of the last c, or kNotFound

// "/usr/bin/env" -> "env" and "/usr/bin"; "env" -> "env" and ".".
Str BaseName(Str path);
Str DirName(Str path);

// The value of NAME in a NULL-terminated environment, or nullptr.
const char* GetEnv(char* const* env, Str name);

// A string in a buffer of its own, always NUL-terminated. What does not fit is
// cut and remembered: check overflow() once, after the last Append.
class Buffer {
 public:
  Buffer(char* space, size_t capacity) : data_(space), capacity_(capacity) {
    Clear();
  }

  Buffer& Append(Str s);
  Buffer& AppendNumber(unsigned long value);
  void Clear() { Truncate(0); }
  void Truncate(size_t size);

  const char* c_str() const { return data_; }
  char* data() { return data_; }
  size_t size() const { return size_; }
  Str str() const { return {data_, size_}; }
  bool overflow() const { return overflow_; }

 private:
  char* data_;
  size_t capacity_;
  size_t size_ = 0;
  bool overflow_ = false;
};

// A Buffer with its space: FixedBuffer<PATH_MAX> path; path.Append("/x");
template <size_t kCapacity>
class FixedBuffer : public Buffer {
 public:
  FixedBuffer() : Buffer(space_, kCapacity) {}
  FixedBuffer(const FixedBuffer&) = delete;

 private:
  char space_[kCapacity];
};

}  // namespace relocatable::bare

#endif  // BASE_BARE_STR_H_
