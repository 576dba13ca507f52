// elf/go.h - programs that Go's linker made. They call the kernel themselves,
// so that what is preloaded into libc does not reach them.
#ifndef ELF_GO_H_
#define ELF_GO_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "elf/byte_source.h"
#include "elf/notes.h"
#include "elf/segments.h"

namespace relocatable {

struct GoInfo {
  bool is_go = false;
  std::string version;  // "go1.19.8"; empty where the file does not tell
};

// A file is Go's if it has Go's build-id note (-ldflags=-buildid= leaves it
// out), or build information at the start of its first writable segment, where
// Go's linker puts it; that is where debug/buildinfo looks too, and it
// describes the layout.
absl::StatusOr<GoInfo> ReadGoInfo(const ByteSource& file, const Notes& notes,
                                  const std::vector<Segment>& segments);

}  // namespace relocatable

#endif  // ELF_GO_H_
