// elf/byte_source.h - where the bytes of a file come from.
//
// Files are read in parts with pread(2), not mapped: a mapped file that another
// program truncates, or that lies on a dying disk, kills the reader with
// SIGBUS, and a whole one costs its size in memory (browsers: 200 MB) where
// some kilobytes are looked at.
#ifndef ELF_BYTE_SOURCE_H_
#define ELF_BYTE_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relocatable {

// No part of a file that is read at once may be larger: a sparse file of a few
// bytes can claim a string table of terabytes. (The largest .dynstr met, of a
// browser's library, has 4 MB.)
inline constexpr uint64_t kMaxPart = 64 << 20;

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  virtual uint64_t size() const = 0;

  // Exactly `size` bytes at `offset`. kOutOfRange as in CheckBounds, which says
  // `what` they should have been; kResourceExhausted above kMaxPart; else the
  // system's error.
  absl::StatusOr<std::string> Read(uint64_t offset, uint64_t size,
                                   absl::string_view what) const;

  // As many of the `size` bytes at `offset` as the file has.
  absl::StatusOr<std::string> ReadUpTo(uint64_t offset, uint64_t size,
                                       absl::string_view what) const;

 protected:
  // Bounds are already checked; `into` has the size asked for.
  virtual absl::Status ReadInto(uint64_t offset, std::string* into) const = 0;
};

// Bytes in memory, which it owns.
std::unique_ptr<ByteSource> MemorySource(std::string bytes);

// The file `path`, opened now. Only regular files: a FIFO would block, a device
// act. Errors: "cannot open 'PATH': …", "'PATH': is a directory".
absl::StatusOr<std::unique_ptr<ByteSource>> OpenSource(const std::string& path);

}  // namespace relocatable

#endif  // ELF_BYTE_SOURCE_H_
