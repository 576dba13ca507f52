// pack/sink.h - where the bytes of an archive go: a file, or a compressor in
// front of one.
//
// The caller fills the sink's own buffer, so that a file's content is read to
// where it is compressed or written from:
//
//   RELOC_ASSIGN_OR_RETURN(absl::Span<char> space, sink.Space());
//   const ssize_t got = read(fd, space.data(), space.size());
//   sink.Commit(got);
#ifndef PACK_SINK_H_
#define PACK_SINK_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace relocatable {

class Sink {
 public:
  virtual ~Sink() = default;

  // Room for the next bytes, never empty; waits until there is some. Valid
  // until the next call.
  virtual absl::StatusOr<absl::Span<char>> Space() = 0;

  // The first `size` bytes of the last Space() are the next bytes.
  virtual void Commit(size_t size) = 0;

  // Everything committed has been written when this returns; the last call.
  virtual absl::Status Finish() = 0;

  // Copies `data` into Space() as often as it takes.
  absl::Status Write(absl::string_view data);
};

}  // namespace relocatable

#endif  // PACK_SINK_H_
