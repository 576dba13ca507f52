#include "pack/hash_scanner.h"

#include <algorithm>
#include <cstring>

namespace relocatable {
namespace {

constexpr int kFilterBits = 18;  // 32 KiB: stays in the first-level cache

// Fibonacci hashing of the first eight bytes.
size_t FilterPlace(const char* text) {
  uint64_t head;
  memcpy(&head, text, sizeof(head));
  return (head * 0x9e3779b97f4a7c15) >> (64 - kFilterBits);
}

}  // namespace

HashParts::HashParts() : filter_((size_t{1} << kFilterBits) / 64) {}

void HashParts::Add(absl::string_view name, uint32_t index) {
  const size_t place = FilterPlace(name.data());
  filter_[place / 64] |= uint64_t{1} << (place % 64);
  index_.emplace(std::string(name.substr(0, kHashPartSize)), index);
}

uint32_t HashParts::Find(const char* text) const {
  const size_t place = FilterPlace(text);
  if ((filter_[place / 64] >> (place % 64) & 1) == 0) return kNone;
  const auto found = index_.find(absl::string_view(text, kHashPartSize));
  return found == index_.end() ? kNone : found->second;
}

// Looks at a window of 32 bytes from its end: the last byte that is not of the
// alphabet says how far the window can jump. Text has an e, o, t, u or space
// every few bytes and programs have zeros, so most jumps are nearly a whole
// window. `good` bytes at the window's start are known to be of the alphabet,
// so that a long run of it costs one test a byte too.
void HashScanner::Scan(absl::string_view text) {
  const unsigned char* const bytes =
      reinterpret_cast<const unsigned char*>(text.data());
  size_t good = 0;
  for (size_t i = 0; i + kHashPartSize <= text.size();) {
    size_t end = kHashPartSize;
    while (end > good && kIsHashCharacter[bytes[i + end - 1]]) --end;
    if (end > good) {
      i += end;
      good = kHashPartSize - end;
      continue;
    }
    const uint32_t index = parts_.Find(text.data() + i);
    if (index != HashParts::kNone) found_.insert(index);
    ++i;
    good = kHashPartSize - 1;
  }
}

void HashScanner::Feed(absl::string_view piece) {
  constexpr size_t kOverlap = kHashPartSize - 1;
  // What begins in the tail ends in the first 31 bytes of the piece.
  tail_.append(piece.data(), std::min(piece.size(), kOverlap));
  Scan(tail_);
  if (piece.size() >= kOverlap) {
    Scan(piece);
    tail_.assign(piece.data() + piece.size() - kOverlap, kOverlap);
  } else if (tail_.size() > kOverlap) {
    tail_.erase(0, tail_.size() - kOverlap);
  }
}

std::vector<uint32_t> HashScanner::Found() const {
  std::vector<uint32_t> sorted(found_.begin(), found_.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace relocatable
