#include "engines/intercept/twin_table.h"

namespace relocatable {
namespace {

constexpr uint64_t kMaxSection = 1 << 28;

bool SameBytes(const char* a, const char* b, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// The rows of `section`, if it lies within `size` bytes and holds whole rows.
template <typename Row>
bool Rows(const char* data, size_t size, const TwinSection& section,
          const Row*& rows, uint32_t& count) {
  if (section.offset > size || section.size > size - section.offset ||
      section.offset % 8 != 0 || section.size % sizeof(Row) != 0 ||
      section.size > kMaxSection) {
    return false;
  }
  rows = reinterpret_cast<const Row*>(data + section.offset);
  count = static_cast<uint32_t>(section.size / sizeof(Row));
  return true;
}

}  // namespace

const char* TwinTable::Open(const void* data, size_t size, TwinTable& table) {
  const char* const start = static_cast<const char*>(data);
  if (size < sizeof(TwinHeader) ||
      !SameBytes(start, kTwinMagic, sizeof(kTwinMagic))) {
    return "is not a twin's table";
  }
  TwinTable t;
  t.header_ = reinterpret_cast<const TwinHeader*>(start);
  const TwinHeader& h = *t.header_;
  if (h.version != kTwinVersion) {
    return "has a version that this program does not read; use the "
           "relocatable in the same pack";
  }
  if (h.table_size != size) return "is damaged: its size is not what it says";
  if (h.build_id_size > kMaxBuildId) {
    return "is damaged: its build id is too long";
  }
  uint32_t byte_count;
  if (!Rows(start, size, h.sites, t.sites_, t.site_count_) ||
      !Rows(start, size, h.edits, t.edits_, t.edit_count_) ||
      !Rows(start, size, h.bytes, t.bytes_, byte_count)) {
    return "is damaged: a section lies outside the file";
  }
  for (uint32_t i = 0; i < t.site_count_; ++i) {
    const TwinSite& site = t.sites_[i];
    if (site.offset >= h.file_size ||
        (i > 0 && site.offset <= t.sites_[i - 1].offset)) {
      return "is damaged: its sites are not sorted, or outside the file";
    }
  }
  uint64_t end = 0;  // of the edit before
  for (uint32_t i = 0; i < t.edit_count_; ++i) {
    const TwinEdit& e = t.edits_[i];
    if (e.offset < end || e.offset > h.file_size ||
        e.size > h.file_size - e.offset) {
      return "is damaged: its edits overlap, or are outside the file";
    }
    if (e.bytes > byte_count || e.size > byte_count - e.bytes) {
      return "is damaged: an edit has no bytes";
    }
    end = e.offset + e.size;
  }
  table = t;
  return nullptr;
}

}  // namespace relocatable
