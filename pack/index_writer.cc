#include "pack/index_writer.h"

#include <cstring>
#include <limits>

#include "pack/write_options.h"

namespace relocatable {
namespace {

using Slot = PayloadIndexSlot;

constexpr uint64_t kMost = std::numeric_limits<int32_t>::max();

bare::Str ToStr(absl::string_view s) { return {s.data(), s.size()}; }

}  // namespace

void IndexWriter::Add(absl::string_view path, uint32_t type, uint64_t value) {
  too_large_ = too_large_ || value > kMost || entries_.size() > kMost / 4;
  entries_.push_back(
      {PayloadPathHash(ToStr(path)), type, static_cast<uint32_t>(value)});
}

void IndexWriter::AddDirectory(absl::string_view path) {
  Add(path, Slot::kDirectory, directories_++);
}

void IndexWriter::AddFile(absl::string_view path, uint32_t flags) {
  Add(path, Slot::kFile, flags);
}

void IndexWriter::AddLink(absl::string_view path, absl::string_view text) {
  Add(path, Slot::kLink, texts_.size());
  texts_.append(path.data(), path.size()).push_back('\0');
  texts_.append(text.data(), text.size()).push_back('\0');
}

std::string IndexWriter::Finish() const {
  if (too_large_ || texts_.size() > kMost) return "";
  uint32_t count = 2;
  while (count < entries_.size() * 3 / 2 + 1) count *= 2;
  std::vector<Slot> slots(count, Slot{});
  for (const Slot& entry : entries_) {
    uint32_t at = static_cast<uint32_t>(entry.hash) & (count - 1);
    while (slots[at].type != Slot::kNothing) {
      // Two paths with one hash: the table could tell only one of them.
      if (slots[at].hash == entry.hash) return "";
      at = (at + 1) & (count - 1);
    }
    slots[at] = entry;
  }
  PayloadIndexHeader header = {};
  memcpy(header.magic, kPayloadIndexMagic, sizeof(header.magic));
  header.version = kPayloadIndexVersion;
  header.slot_count = count;
  header.directory_count = directories_;
  header.texts_size = static_cast<uint32_t>(texts_.size());
  header.directory_time = kStoreTime;
  std::string file(reinterpret_cast<const char*>(&header), sizeof(header));
  file.append(reinterpret_cast<const char*>(slots.data()),
              slots.size() * sizeof(Slot));
  return file + texts_;
}

}  // namespace relocatable
