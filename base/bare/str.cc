#include "base/bare/str.h"

namespace relocatable::bare {

size_t Length(const char* s) {
  size_t n = 0;
  while (s[n] != '\0') ++n;
  return n;
}

bool operator==(Str a, Str b) { return a.size == b.size && StartsWith(a, b); }

bool StartsWith(Str s, Str prefix) {
  if (s.size < prefix.size) return false;
  for (size_t i = 0; i < prefix.size; ++i) {
    if (s[i] != prefix[i]) return false;
  }
  return true;
}

bool EndsWith(Str s, Str suffix) {
  return s.size >= suffix.size &&
         StartsWith(s.From(s.size - suffix.size), suffix);
}

size_t Find(Str s, char c) {
  for (size_t i = 0; i < s.size; ++i) {
    if (s[i] == c) return i;
  }
  return kNotFound;
}

size_t FindLast(Str s, char c) {
  for (size_t i = s.size; i-- > 0;) {
    if (s[i] == c) return i;
  }
  return kNotFound;
}

Str BaseName(Str path) {
  const size_t slash = FindLast(path, '/');
  return slash == kNotFound ? path : path.From(slash + 1);
}

Str DirName(Str path) {
  const size_t slash = FindLast(path, '/');
  if (slash == kNotFound) return {".", 1};
  return path.First(slash == 0 ? 1 : slash);
}

const char* GetEnv(char* const* env, Str name) {
  for (; *env != nullptr; ++env) {
    const Str entry(*env);
    if (entry.size > name.size && entry[name.size] == '=' &&
        StartsWith(entry, name)) {
      return entry.data + name.size + 1;
    }
  }
  return nullptr;
}

Buffer& Buffer::Append(Str s) {
  for (size_t i = 0; i < s.size; ++i) {
    if (size_ + 1 >= capacity_) {
      overflow_ = true;
      break;
    }
    data_[size_++] = s[i];
  }
  data_[size_] = '\0';
  return *this;
}

Buffer& Buffer::AppendNumber(unsigned long value) {
  char digits[20];
  size_t start = sizeof(digits);
  do {
    digits[--start] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  return Append({digits + start, sizeof(digits) - start});
}

void Buffer::Truncate(size_t size) {
  size_ = size;
  data_[size_] = '\0';
  overflow_ = false;
}

}  // namespace relocatable::bare
