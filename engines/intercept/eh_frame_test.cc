#include "engines/intercept/eh_frame.h"

#include <string>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

std::string Number(uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * i);
  return bytes;
}

constexpr uint64_t kAddress = 0x5000;  // of the section

// An .eh_frame section, built entry by entry.
struct Section {
  std::string bytes;

  // Returns its offset.
  uint64_t Entry(const std::string& body) {
    const uint64_t at = bytes.size();
    bytes += Number(body.size(), 4) + body;
    return at;
  }

  uint64_t Common(const std::string& augmentation, const std::string& data,
                  char version = 1) {
    std::string body = Number(0, 4) + version + augmentation + '\0';
    body += "\x01\x78\x10";  // alignments 1 and -8, return address in 16
    if (!augmentation.empty()) body += Number(data.size(), 1) + data;
    return Entry(body);
  }

  // A frame that refers to the entry at `common`.
  void Frame(uint64_t common, const std::string& rest) {
    Entry(Number(bytes.size() + 4 - common, 4) + rest);
  }

  // What a distance from the pointer of the next frame is written as.
  std::string RelativePointer(uint64_t target) {
    return Number(target - (kAddress + bytes.size() + 8), 4);
  }

  absl::StatusOr<std::vector<relocatable::Frame>> Read() const {
    return ReadFrames(Bytes(bytes), kAddress);
  }
};

TEST(EhFrame, ReadsWhatGccWrites) {
  Section s;
  const uint64_t common = s.Common("zR", "\x1b");  // pcrel, sdata4
  s.Frame(common, s.RelativePointer(0x1000) + Number(0x20, 4) + '\0');
  s.Frame(common, s.RelativePointer(0x9000) + Number(0x30, 4) + '\0');
  s.bytes += Number(0, 4);
  const auto frames = s.Read();
  ASSERT_TRUE(frames.ok()) << frames.status();
  ASSERT_EQ(frames->size(), 2u);
  EXPECT_EQ((*frames)[0].begin, 0x1000u);
  EXPECT_EQ((*frames)[0].end, 0x1020u);
  EXPECT_FALSE((*frames)[0].landing_pads);
  EXPECT_EQ((*frames)[1].begin, 0x9000u);
}

TEST(EhFrame, KnowsFramesWithLandingPads) {
  Section s;
  // Personality (indirect, pcrel, sdata4), landing pads, pointers.
  const uint64_t common =
      s.Common("zPLR", std::string("\x9b\0\0\0\0\x1b\x1b", 7));
  s.Frame(common,
          s.RelativePointer(0x1000) + Number(0x20, 4) + '\4' + Number(0x77, 4));
  s.Frame(common,
          s.RelativePointer(0x2000) + Number(0x20, 4) + '\4' + Number(0, 4));
  const auto frames = s.Read();
  ASSERT_TRUE(frames.ok()) << frames.status();
  ASSERT_EQ(frames->size(), 2u);
  EXPECT_TRUE((*frames)[0].landing_pads);
  EXPECT_FALSE((*frames)[1].landing_pads);
}

TEST(EhFrame, ReadsAbsolutePointersAndLongLengths) {
  Section s;
  const uint64_t common = s.Common("", "");
  const std::string body = Number(s.bytes.size() + 12 - common, 4) +
                           Number(0x401000, 8) + Number(0x10, 8);
  s.bytes += Number(0xffffffff, 4) + Number(body.size(), 8) + body;
  const auto frames = s.Read();
  ASSERT_TRUE(frames.ok()) << frames.status();
  ASSERT_EQ(frames->size(), 1u);
  EXPECT_EQ((*frames)[0].begin, 0x401000u);
  EXPECT_EQ((*frames)[0].end, 0x401010u);
}

TEST(EhFrame, LeavesOutSignalReturnsAndWhatItDoesNotKnow) {
  Section s;
  struct {
    const char* augmentation;
    std::string data;
    char version;
  } const kCommons[] = {
      {"zRS", "\x1b", 1},  // begins one byte before its first instruction
      {"zQ", "", 1},      {"eh", "", 1},
      {"zR", "\x1b", 4},  {"zR", "\x3b", 1},  // relative to the data segment
      {"zR", "\x11", 1},                      // LEB128
  };
  for (const auto& c : kCommons) {
    const uint64_t common = s.Common(c.augmentation, c.data, c.version);
    s.Frame(common, s.RelativePointer(0x1000) + Number(0x20, 4) + '\0');
  }
  const auto frames = s.Read();
  ASSERT_TRUE(frames.ok()) << frames.status();
  EXPECT_EQ(frames->size(), 0u);
}

TEST(EhFrame, StopsAtTheTerminator) {
  Section s;
  const uint64_t common = s.Common("zR", "\x1b");
  s.bytes += Number(0, 4);
  s.Frame(common, s.RelativePointer(0x1000) + Number(0x20, 4) + '\0');
  EXPECT_EQ(s.Read()->size(), 0u);
}

TEST(EhFrame, SaysWhatDoesNotHoldTogether) {
  Section past_end;
  past_end.bytes = Number(100, 4) + Number(0, 4);
  EXPECT_EQ(past_end.Read().status().message(),
            "ends at 8, before the end of an entry of .eh_frame (100 bytes at "
            "4)");

  Section no_common;
  no_common.Entry(Number(3, 4) + Number(0, 8));
  EXPECT_EQ(no_common.Read().status().message(),
            "has an entry at 0 of .eh_frame that refers to no other");

  Section cut;
  const uint64_t common = cut.Common("zR", "\x1b");
  cut.Frame(common, Number(0x1000, 4));
  EXPECT_EQ(cut.Read().status().message(),
            "ends at 29, before the end of an entry of .eh_frame (4 bytes at "
            "29)");

  Section endless;
  endless.Entry(Number(0, 4) + "\x01" + '\0' + std::string(16, '\xff'));
  EXPECT_EQ(endless.Read().status().message(),
            "has a number without end in .eh_frame");
}

TEST(EhFrame, EveryCutIsReadOrRefused) {
  Section s;
  const uint64_t common =
      s.Common("zPLR", std::string("\x9b\0\0\0\0\x1b\x1b", 7));
  s.Frame(common,
          s.RelativePointer(0x1000) + Number(0x20, 4) + '\4' + Number(0x77, 4));
  for (size_t size = 0; size < s.bytes.size(); ++size) {
    const std::string cut = s.bytes.substr(0, size);
    const auto frames = ReadFrames(Bytes(cut), kAddress);
    if (frames.ok()) {
      EXPECT_EQ(frames->size(), 0u) << size;
    }
  }
}

TEST(EhFrameHeader, SaysWhereTheFramesAre) {
  const std::string header = "\x01\x1b\x03\x3b" + Number(0x100, 4);
  EXPECT_EQ(*EhFrameAddress(Bytes(header), 0x2000), 0x2104u);
  EXPECT_EQ(EhFrameAddress(Bytes(header.substr(0, 6)), 0).status().message(),
            "ends at 6, before the end of an entry of .eh_frame (4 bytes at "
            "4)");
  const std::string other = "\x02\x1b\x03\x3b" + Number(0x100, 4);
  EXPECT_EQ(EhFrameAddress(Bytes(other), 0).status().message(),
            "has an .eh_frame_hdr of version 2 and encoding 27 (known: 1 and "
            "27)");
}

}  // namespace
}  // namespace relocatable
