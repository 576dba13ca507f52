#include "pack/tar_header.h"

#include <cstring>

#include "absl/strings/str_format.h"

namespace relocatable {
namespace {

// One header block. Fields are NUL-padded; numbers are octal digits and a NUL.
struct Block {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link[100];
  char magic[8];
  char owner[32];
  char group[32];
  char rest[183];  // devices and sparse maps, which we have none of
};
static_assert(sizeof(Block) == kTarBlock);

template <size_t kSize>
void PutText(char (&field)[kSize], absl::string_view text) {
  text.copy(field, kSize);
}

// Octal if it fits; else GNU's way: big-endian binary, the first bit set.
template <size_t kSize>
void PutNumber(char (&field)[kSize], uint64_t number) {
  if (number >> (3 * (kSize - 1)) == 0) {
    absl::SNPrintF(field, kSize, "%0*o", int{kSize - 1}, number);
    return;
  }
  for (size_t i = kSize; i-- > 0; number >>= 8) {
    field[i] = static_cast<char>(number);
  }
  field[0] = static_cast<char>(0x80);
}

void PutChecksum(Block& block) {
  memset(block.checksum, ' ', sizeof(block.checksum));
  uint32_t sum = 0;
  for (const char c :
       absl::string_view(reinterpret_cast<char*>(&block), sizeof(block))) {
    sum += static_cast<unsigned char>(c);
  }
  // Six digits, a NUL, and the last space stays.
  absl::SNPrintF(block.checksum, 7, "%06o", sum);
}

void AppendBlock(const TarHeader& header, char type, std::string& out) {
  Block block = {};
  PutText(block.name, header.path);
  PutText(block.link, header.link);
  PutText(block.magic, absl::string_view("ustar  ", 8));
  PutText(block.owner, "root");
  PutText(block.group, "root");
  PutNumber(block.mode, header.mode);
  PutNumber(block.uid, 0);
  PutNumber(block.gid, 0);
  PutNumber(block.size, header.size);
  PutNumber(block.mtime, header.mtime);
  block.type = type;
  PutChecksum(block);
  out.append(reinterpret_cast<char*>(&block), sizeof(block));
}

// If `text` does not fit into a block: an entry of its own, of `type`, whose
// content is the text with its NUL.
void AppendLongText(absl::string_view text, char type, std::string& out) {
  if (text.size() <= sizeof(Block::name)) return;
  AppendBlock({.path = "././@LongLink", .mode = 0644, .size = text.size() + 1},
              type, out);
  out.append(text.data(), text.size());
  out.append(kTarBlock - text.size() % kTarBlock, '\0');
}

}  // namespace

std::string EncodeTarHeader(const TarHeader& header) {
  std::string out;
  AppendLongText(header.link, 'K', out);
  AppendLongText(header.path, 'L', out);
  AppendBlock(header, header.type, out);
  return out;
}

}  // namespace relocatable
