// elf/bytes.h - bytes of somebody else, which cannot be read outside their
// bounds.
//
// Every offset, size and count in a file is its author's word, and the author
// may be an attacker: all arithmetic on them happens here, and nowhere else in
// elf/. A check is `size > limit - offset`, never `offset + size > limit`,
// which wraps.
#ifndef ELF_BYTES_H_
#define ELF_BYTES_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace relocatable {

enum class ByteOrder { kLittle, kBig };

// OK if `size` bytes at `offset` lie within `limit`; else kOutOfRange:
// "ends at LIMIT, before the end of WHAT (SIZE bytes at OFFSET)".
inline absl::Status CheckBounds(uint64_t offset, uint64_t size, uint64_t limit,
                                absl::string_view what) {
  if (offset <= limit && size <= limit - offset) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat("ends at ", limit,
                                            ", before the end of ", what, " (",
                                            size, " bytes at ", offset, ")"));
}

// a + b and a * b, or the largest number there is, which no CheckBounds passes.
inline uint64_t SaturatingAdd(uint64_t a, uint64_t b) {
  uint64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}
inline uint64_t SaturatingMultiply(uint64_t a, uint64_t b) {
  uint64_t product;
  return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

// `value` rounded up to a multiple of `alignment` (a power of two).
inline uint64_t AlignUp(uint64_t value, uint64_t alignment) {
  return SaturatingAdd(value, alignment - 1) & ~(alignment - 1);
}

// A view: the bytes belong to the caller and must outlive it.
class Bytes {
 public:
  explicit Bytes(absl::string_view data, ByteOrder order = ByteOrder::kLittle)
      : data_(data), order_(order) {}

  uint64_t size() const { return data_.size(); }
  absl::string_view data() const { return data_; }

  // The `size` bytes at `offset`. Errors of this and the functions below are
  // CheckBounds' with `what` as the caller calls it.
  absl::StatusOr<Bytes> Sub(uint64_t offset, uint64_t size,
                            absl::string_view what) const {
    absl::Status bounds = CheckBounds(offset, size, data_.size(), what);
    if (!bounds.ok()) return bounds;
    return Bytes(data_.substr(offset, size), order_);
  }

  // A number of 1, 2, 4 or 8 bytes at `offset`, which need not be aligned.
  absl::StatusOr<uint64_t> Number(uint64_t offset, int size,
                                  absl::string_view what) const {
    absl::StatusOr<Bytes> bytes = Sub(offset, size, what);
    if (!bytes.ok()) return bytes.status();
    uint64_t value = 0;
    for (int i = 0; i < size; ++i) {
      const int at = order_ == ByteOrder::kBig ? i : size - 1 - i;
      value = value << 8 | static_cast<uint8_t>(bytes->data_[at]);
    }
    return value;
  }

  // The characters from `offset` to the next NUL, without it.
  absl::StatusOr<absl::string_view> CString(uint64_t offset,
                                            absl::string_view what) const {
    absl::Status bounds = CheckBounds(offset, 1, data_.size(), what);
    if (!bounds.ok()) return bounds;
    const absl::string_view rest = data_.substr(offset);
    const size_t end = rest.find('\0');
    if (end == absl::string_view::npos) {
      return absl::OutOfRangeError(
          absl::StrCat("has no NUL behind ", what, " at ", offset));
    }
    return rest.substr(0, end);
  }

 private:
  absl::string_view data_;
  ByteOrder order_;
};

// Reads the fields of a record one after the other. A field outside the bounds
// reads as 0 and makes status() say so: check it once, at the end.
class FieldReader {
 public:
  FieldReader(Bytes bytes, uint64_t offset, absl::string_view what)
      : bytes_(bytes), offset_(offset), what_(what) {}

  uint64_t Next(int size) {
    absl::StatusOr<uint64_t> value = bytes_.Number(offset_, size, what_);
    if (!value.ok()) {
      status_.Update(value.status());
      return 0;
    }
    offset_ += size;
    return *value;
  }
  uint8_t U8() { return static_cast<uint8_t>(Next(1)); }
  uint16_t U16() { return static_cast<uint16_t>(Next(2)); }
  uint32_t U32() { return static_cast<uint32_t>(Next(4)); }
  uint64_t U64() { return Next(8); }

  const absl::Status& status() const { return status_; }

 private:
  Bytes bytes_;
  uint64_t offset_;
  absl::string_view what_;
  absl::Status status_;
};

}  // namespace relocatable

#endif  // ELF_BYTES_H_
