#include "engines/intercept/eh_frame.h"

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

constexpr char kWhat[] = "an entry of .eh_frame";

// Pointer encodings: the low four bits say the form, the next three to what it
// is relative.
constexpr uint8_t kFormMask = 0x0f;
constexpr uint8_t kAbsolute = 0x00;
constexpr uint8_t kRelativeToItself = 0x10;
constexpr uint8_t kOmitted = 0xff;

// Reads one field after the other; like FieldReader, which has no LEB128.
class Cursor {
 public:
  Cursor(Bytes bytes, uint64_t at) : bytes_(bytes), at_(at) {}

  uint64_t at() const { return at_; }
  const absl::Status& status() const { return status_; }

  uint64_t Number(int size) {
    absl::StatusOr<uint64_t> value = bytes_.Number(at_, size, kWhat);
    if (!value.ok()) {
      status_.Update(value.status());
      return 0;
    }
    at_ += size;
    return *value;
  }

  uint64_t Signed(int size) {
    const int unused = 64 - 8 * size;
    return static_cast<int64_t>(Number(size) << unused) >> unused;
  }

  // ULEB128, or SLEB128 whose value nobody looks at. Longer than a 64-bit
  // number has bits is not a number.
  uint64_t Leb() {
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      const uint64_t byte = Number(1);
      if (shift < 64) value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    status_.Update(
        absl::InvalidArgumentError("has a number without end in .eh_frame"));
    return 0;
  }

  std::string CString() {
    absl::StatusOr<absl::string_view> text = bytes_.CString(at_, kWhat);
    if (!text.ok()) {
      status_.Update(text.status());
      return "";
    }
    at_ += text->size() + 1;
    return std::string(*text);
  }

  void Skip(uint64_t size) {
    status_.Update(CheckBounds(at_, size, bytes_.size(), kWhat));
    if (status_.ok()) at_ += size;
  }

  // The plain number in `encoding`'s form; nothing if it is an unknown one.
  absl::optional<uint64_t> Form(uint8_t encoding) {
    switch (encoding & kFormMask) {
      case 0x00:
      case 0x04:
      case 0x0c:
        return Number(8);
      case 0x02:
        return Number(2);
      case 0x03:
        return Number(4);
      case 0x0a:
        return Signed(2);
      case 0x0b:
        return Signed(4);
      default:
        return absl::nullopt;
    }
  }

  // A pointer; `address` is where the bytes are mapped.
  absl::optional<uint64_t> Pointer(uint8_t encoding, uint64_t address) {
    const uint64_t here = address + at_;
    const absl::optional<uint64_t> value = Form(encoding);
    const uint8_t relation = encoding & ~kFormMask;
    if (relation == kAbsolute) return value;
    if (relation == kRelativeToItself && value.has_value()) {
      return here + *value;
    }
    return absl::nullopt;
  }

 private:
  Bytes bytes_;
  uint64_t at_;
  absl::Status status_;
};

// What a common information entry says of the frames that refer to it.
struct Common {
  // False: its frames cannot be read, or are of no use. 'S' marks the code that
  // a signal handler returns to; glibc lets that frame begin one byte early, in
  // the middle of an instruction, because unwinders look up the address before.
  bool known = false;
  bool augmented = false;  // 'z': frames carry data behind the range
  uint8_t pointers = kAbsolute;
  uint8_t landing_pads = kOmitted;
};

absl::StatusOr<Common> ReadCommon(Cursor& in) {
  Common common;
  const uint64_t version = in.Number(1);
  const std::string augmentation = in.CString();
  if (version != 1 && version != 3) return common;
  in.Leb();                                // code alignment
  in.Leb();                                // data alignment
  version == 1 ? in.Number(1) : in.Leb();  // return address register
  RELOC_RETURN_IF_ERROR(in.status());
  if (augmentation.empty()) {
    common.known = true;
    return common;
  }
  if (augmentation[0] != 'z') return common;
  common.augmented = true;
  in.Leb();
  for (const char letter : augmentation.substr(1)) {
    if (letter == 'R') {
      common.pointers = in.Number(1);
    } else if (letter == 'L') {
      common.landing_pads = in.Number(1);
    } else if (letter == 'P') {
      if (!in.Form(in.Number(1)).has_value()) return common;
    } else {
      return common;
    }
  }
  RELOC_RETURN_IF_ERROR(in.status());
  common.known = true;
  return common;
}

// Nothing if the frame is no use to us.
absl::StatusOr<absl::optional<Frame>> ReadFrame(Cursor& in,
                                                const Common& common,
                                                uint64_t address) {
  if (!common.known) return absl::optional<Frame>();
  const absl::optional<uint64_t> begin = in.Pointer(common.pointers, address);
  const absl::optional<uint64_t> size = in.Form(common.pointers);
  Frame frame;
  if (common.augmented) {
    in.Leb();
    if (common.landing_pads != kOmitted) {
      frame.landing_pads = in.Form(common.landing_pads).value_or(1) != 0;
    }
  }
  RELOC_RETURN_IF_ERROR(in.status());
  if (!begin.has_value() || !size.has_value()) return absl::optional<Frame>();
  frame.begin = *begin;
  frame.end = SaturatingAdd(*begin, *size);
  return absl::optional<Frame>(frame);
}

}  // namespace

absl::StatusOr<std::vector<Frame>> ReadFrames(Bytes section, uint64_t address) {
  std::vector<Frame> frames;
  std::map<uint64_t, Common> commons;  // by offset
  for (uint64_t at = 0; at < section.size();) {
    Cursor in(section, at);
    uint64_t length = in.Number(4);
    if (length == 0xffffffff) length = in.Number(8);
    RELOC_RETURN_IF_ERROR(in.status());
    if (length == 0) break;
    const uint64_t body = in.at();
    RELOC_RETURN_IF_ERROR(CheckBounds(body, length, section.size(), kWhat));
    // What belongs to this entry, and not a byte more.
    RELOC_ASSIGN_OR_RETURN(const Bytes entry,
                           section.Sub(0, body + length, kWhat));
    Cursor fields(entry, body);
    const uint64_t id = fields.Number(4);
    if (id == 0) {
      RELOC_ASSIGN_OR_RETURN(commons[at], ReadCommon(fields));
    } else {
      const auto common = commons.find(body - id);
      if (common == commons.end()) {
        return absl::InvalidArgumentError(absl::StrCat(
            "has an entry at ", at, " of .eh_frame that refers to no other"));
      }
      RELOC_ASSIGN_OR_RETURN(const absl::optional<Frame> frame,
                             ReadFrame(fields, common->second, address));
      if (frame.has_value()) frames.push_back(*frame);
    }
    at = body + length;
  }
  return frames;
}

absl::StatusOr<uint64_t> EhFrameAddress(Bytes header, uint64_t address) {
  Cursor in(header, 0);
  const uint64_t version = in.Number(1);
  const uint8_t encoding = in.Number(1);
  in.Skip(2);  // encodings of the search table
  const absl::optional<uint64_t> pointer = in.Pointer(encoding, address);
  RELOC_RETURN_IF_ERROR(in.status());
  if (version != 1 || !pointer.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("has an .eh_frame_hdr of version ", version,
                     " and encoding ", encoding, " (known: 1 and 27)"));
  }
  return *pointer;
}

}  // namespace relocatable
