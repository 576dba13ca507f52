#include "engines/intercept/handover.h"

#include <initializer_list>

namespace relocatable {
namespace {

using bare::Buffer;
using bare::Str;

constexpr char kMagic[] = "\1relocatable-handover-1:";

void Put(Str field, Buffer& to) {
  to.AppendNumber(field.size).Append(":").Append(field).Append(",");
}

void PutNumber(unsigned long value, Buffer& to) {
  bare::FixedBuffer<24> text;
  text.AppendNumber(value);
  Put(text.str(), to);
}

// Takes fields off a text, one after the other.
class Reader {
 public:
  explicit Reader(char* at) : at_(at) {}

  Str Take() {
    unsigned long size = 0;
    if (*at_ < '0' || *at_ > '9') return Fail();
    while (*at_ >= '0' && *at_ <= '9' && size < kHandoverCapacity) {
      size = size * 10 + static_cast<unsigned long>(*at_++ - '0');
    }
    if (*at_ != ':') return Fail();
    char* const start = ++at_;
    for (unsigned long i = 0; i < size; ++i) {
      if (start[i] == '\0') return Fail();
    }
    at_ = start + size;
    if (*at_ != ',') return Fail();
    *at_++ = '\0';
    return {start, size};
  }

  unsigned long TakeNumber() {
    const Str text = Take();
    unsigned long value = 0;
    for (size_t i = 0; i < text.size; ++i) {
      if (text[i] < '0' || text[i] > '9') ok_ = false;
      value = value * 10 + static_cast<unsigned long>(text[i] - '0');
    }
    return value;
  }

  bool ok() const { return ok_ && *at_ == '\0'; }

 private:
  Str Fail() {
    ok_ = false;
    return {};
  }

  char* at_;
  bool ok_ = true;
};

}  // namespace

void AddMounts(const View& view, Handover& h) {
  if (view.layer != nullptr) h.mounts[h.mount_count++] = *view.layer;
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    h.mounts[h.mount_count++] = view.mounts[i];
  }
}

bool IsHandover(const char* argument) {
  return argument != nullptr && bare::StartsWith(argument, kMagic);
}

bool WriteHandover(const Handover& h, Buffer& to) {
  to.Clear();
  to.Append(kMagic);
  PutNumber(static_cast<unsigned long>(h.floor), to);
  PutNumber(h.ignored_signals, to);
  PutNumber(h.holds_exec_trap, to);
  PutNumber(static_cast<unsigned long>(h.kept_fd + 1), to);
  Put(h.stub, to);
  Put(h.twin_cache, to);
  Put(h.payload.directory, to);
  Put(h.payload.file, to);
  for (const PayloadSection& s : {h.payload.index, h.payload.twins}) {
    PutNumber(s.offset, to);
    PutNumber(s.size, to);
  }
  Put(h.root, to);
  PutNumber(h.mount_count, to);
  for (uint32_t i = 0; i < h.mount_count; ++i) {
    Put(h.mounts[i].guest, to);
    Put(h.mounts[i].host, to);
    PutNumber(h.mounts[i].flags, to);
  }
  Put(h.program_guest, to);
  Put(h.program_host, to);
  Put(h.interpreter_host, to);
  Put(h.execfn, to);
  Put(h.comm, to);
  return !to.overflow();
}

bool ReadHandover(char* text, Handover& h) {
  Reader reader(text + sizeof(kMagic) - 1);
  h.floor = static_cast<Floor>(reader.TakeNumber());
  h.ignored_signals = reader.TakeNumber();
  h.holds_exec_trap = reader.TakeNumber() != 0;
  h.kept_fd = static_cast<long>(reader.TakeNumber()) - 1;
  h.stub = reader.Take();
  h.twin_cache = reader.Take();
  h.payload.directory = reader.Take().data;
  h.payload.file = reader.Take().data;
  for (PayloadSection* s : {&h.payload.index, &h.payload.twins}) {
    s->offset = reader.TakeNumber();
    s->size = reader.TakeNumber();
  }
  h.root = reader.Take();
  const unsigned long count = reader.TakeNumber();
  if (count > kMaxSessionMounts) return false;
  h.mount_count = static_cast<uint32_t>(count);
  for (uint32_t i = 0; i < h.mount_count; ++i) {
    h.mounts[i].guest = reader.Take().data;
    h.mounts[i].host = reader.Take().data;
    h.mounts[i].flags = static_cast<uint32_t>(reader.TakeNumber());
  }
  h.program_guest = reader.Take();
  h.program_host = reader.Take();
  h.interpreter_host = reader.Take();
  h.execfn = reader.Take();
  h.comm = reader.Take();
  return reader.ok();
}

}  // namespace relocatable
