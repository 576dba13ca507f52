// pack/file_copy.h - one file of a tree pack: its content, mode and time.
#ifndef PACK_FILE_COPY_H_
#define PACK_FILE_COPY_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "base/fd.h"

namespace relocatable {

struct FileCopy {
  Fd in;              // open for reading, at its start
  Fd out;             // open for writing, empty
  uint64_t size = 0;  // bytes that `in` had when its entry was made
  uint32_t mode = 0;
  int64_t time = 0;    // of modification, seconds since 1970
  std::string source;  // both for messages
  std::string target;
};

// Copies the content, sets mode and time, closes both. Where the file system
// can, the copy shares the blocks of the original. A file that shrinks or grows
// meanwhile is an error that names it.
absl::Status CopyFile(FileCopy copy);

// Sets the time of modification (and of access: one call less to explain why it
// differs) and the mode of the open file `fd`, and closes it.
absl::Status SealFile(Fd fd, uint32_t mode, int64_t time,
                      const std::string& target);

}  // namespace relocatable

#endif  // PACK_FILE_COPY_H_
