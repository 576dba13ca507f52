// pack/index_writer.h - writes a payload's index
// (engines/view/payload_index.h).
#ifndef PACK_INDEX_WRITER_H_
#define PACK_INDEX_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engines/view/payload_index.h"

namespace relocatable {

// Takes guest paths, each once, in any order.
class IndexWriter {
 public:
  void AddDirectory(absl::string_view path);
  // `flags` as in PayloadIndexSlot.
  void AddFile(absl::string_view path, uint32_t flags = 0);
  void AddLink(absl::string_view path, absl::string_view text);

  // The index; the same for the same calls in the same order. Empty, which is
  // no index, if it would be too large for one.
  std::string Finish() const;

 private:
  void Add(absl::string_view path, uint32_t type, uint64_t value);

  std::vector<PayloadIndexSlot> entries_;
  std::string texts_;
  uint32_t directories_ = 0;
  bool too_large_ = false;
};

}  // namespace relocatable

#endif  // PACK_INDEX_WRITER_H_
