// pack/tar_header.h - the headers of a tar archive in GNU format.
//
// Why GNU's and not pax: a name longer than 100 bytes stands in a header of its
// own (type L; K for a link's target) and a size of 8 GiB or more is in binary,
// both of which GNU tar, bsdtar and busybox read. busybox skips pax headers, so
// long names would be cut there; and pax wants names in UTF-8.
//
// Formats: GNU tar's manual, "Basic Tar Format"; tar(5) of libarchive.
#ifndef PACK_TAR_HEADER_H_
#define PACK_TAR_HEADER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace relocatable {

inline constexpr uint64_t kTarBlock = 512;
// Archives are padded to whole records: some readers ask tapes for no less.
inline constexpr uint64_t kTarRecord = 20 * kTarBlock;

struct TarHeader {
  enum Type : char {
    kFile = '0',
    kHardLink = '1',
    kSymlink = '2',
    kDirectory = '5',
  };
  absl::string_view path;  // of a directory: with its slash at the end
  absl::string_view link;  // where a link points; of a hard link, a `path`
  Type type = kFile;
  uint32_t mode = 0;  // permission bits
  uint64_t size = 0;  // bytes of content that follow; 0 unless kFile
  int64_t mtime = 0;  // seconds since 1970, not negative
};

// The blocks that announce one entry, owner root:0; its content follows, padded
// with zeros to kTarBlock.
std::string EncodeTarHeader(const TarHeader& header);

}  // namespace relocatable

#endif  // PACK_TAR_HEADER_H_
