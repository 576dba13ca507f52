#include "engines/view/payload_index.h"

namespace relocatable {

using bare::Str;

bool PayloadIndex::Open(const void* data, size_t size, PayloadIndex& index) {
  index = PayloadIndex();
  if (size < sizeof(PayloadIndexHeader)) return false;
  const char* bytes = static_cast<const char*>(data);
  const auto* header = reinterpret_cast<const PayloadIndexHeader*>(bytes);
  if (!(Str(header->magic, 8) == Str(kPayloadIndexMagic, 8)) ||
      header->version != kPayloadIndexVersion || header->slot_count == 0 ||
      (header->slot_count & (header->slot_count - 1)) != 0) {
    return false;
  }
  const uint64_t slots_size = uint64_t{header->slot_count} * sizeof(Slot);
  const uint64_t rest = size - sizeof(PayloadIndexHeader);
  if (slots_size > rest || rest - slots_size != header->texts_size) {
    return false;
  }
  index.header_ = header;
  index.slots_ = reinterpret_cast<const Slot*>(header + 1);
  index.slot_count_ = header->slot_count;
  index.texts_ =
      reinterpret_cast<const char*>(index.slots_ + header->slot_count);
  index.texts_size_ = header->texts_size;
  if (index.texts_size_ > 0 && index.texts_[index.texts_size_ - 1] != '\0') {
    index = PayloadIndex();
  }
  return !index.empty();
}

const PayloadIndexSlot* PayloadIndex::Find(Str path) const {
  const uint64_t hash = PayloadPathHash(path);
  const uint32_t mask = slot_count_ - 1;
  for (uint32_t i = 0; i < slot_count_; ++i) {
    const Slot& slot = slots_[(static_cast<uint32_t>(hash) + i) & mask];
    if (slot.type == Slot::kNothing) return nullptr;
    if (slot.hash == hash) return &slot;
  }
  return nullptr;
}

Str PayloadIndex::Text(uint32_t at) const {
  // Open() has seen that the last one ends.
  return at < texts_size_ ? Str(texts_ + at) : Str();
}

Str PayloadIndex::LinkText(const Slot& slot, Str path) const {
  if (slot.type != Slot::kLink || slot.value >= texts_size_) return Str();
  const Str own = Text(slot.value);
  if (!(own == path)) return Str();
  return Text(static_cast<uint32_t>(slot.value + own.size + 1));
}

const char* PayloadIndex::Check() const {
  uint32_t empty_slots = 0;
  for (uint32_t i = 0; i < slot_count_; ++i) {
    const Slot& slot = slots_[i];
    if (slot.type == Slot::kNothing) {
      ++empty_slots;
      continue;
    }
    const uint32_t mask = slot_count_ - 1;
    for (uint32_t k = static_cast<uint32_t>(slot.hash) & mask; k != i;
         k = (k + 1) & mask) {
      if (slots_[k].type == Slot::kNothing || slots_[k].hash == slot.hash) {
        return "is damaged: a path of its index cannot be found";
      }
    }
    if (slot.type > Slot::kLink ||
        (slot.type == Slot::kDirectory &&
         slot.value >= header_->directory_count) ||
        (slot.type == Slot::kLink &&
         LinkText(slot, Text(slot.value)).empty())) {
      return "is damaged: its index holds what is no file";
    }
  }
  if (empty_slots == 0) return "is damaged: its index is full";
  return nullptr;
}

}  // namespace relocatable
