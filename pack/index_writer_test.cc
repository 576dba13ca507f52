// A payload's index, written and read again.
#include "pack/index_writer.h"

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engines/view/payload_index.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using Slot = PayloadIndexSlot;

// A file in memory that is aligned as a mapped one is.
class File {
 public:
  explicit File(const std::string& bytes)
      : words_((bytes.size() + 7) / 8), size_(bytes.size()) {
    memcpy(words_.data(), bytes.data(), bytes.size());
  }
  bool Open(PayloadIndex& index) const { return Open(size_, index); }
  bool Open(size_t size, PayloadIndex& index) const {
    return PayloadIndex::Open(words_.data(), size, index);
  }
  PayloadIndexHeader& header() {
    return *reinterpret_cast<PayloadIndexHeader*>(words_.data());
  }
  Slot& slot(uint32_t i) {
    return reinterpret_cast<Slot*>(words_.data() +
                                   sizeof(PayloadIndexHeader) / 8)[i];
  }
  size_t size() const { return size_; }

 private:
  std::vector<uint64_t> words_;
  size_t size_;
};

IndexWriter Small() {
  IndexWriter writer;
  writer.AddDirectory("/gnu/store");
  writer.AddDirectory("/gnu/store/x-glibc");
  writer.AddFile("/gnu/store/x-glibc/libc.so.6");
  writer.AddLink("/gnu/store/x-glibc/libc.so", "libc.so.6");
  return writer;
}

TEST(PayloadIndex, KnowsWhatIsThereAndWhatIsNot) {
  const File file(Small().Finish());
  PayloadIndex index;
  ASSERT_TRUE(file.Open(index));
  EXPECT_EQ(index.Check(), nullptr);
  EXPECT_EQ(index.directory_time(), 1);
  const Slot* slot = index.Find("/gnu/store");
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(slot->type, Slot::kDirectory);
  EXPECT_EQ(slot->value, 0u);
  slot = index.Find("/gnu/store/x-glibc");
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(slot->value, 1u);
  slot = index.Find("/gnu/store/x-glibc/libc.so.6");
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(slot->type, Slot::kFile);
  for (const char* path :
       {"", "/", "/gnu", "/gnu/store/", "/gnu/store/x-glib",
        "/gnu/store/x-glibc/", "/gnu/store/x-glibc/libc.so.60",
        "gnu/store/x-glibc"}) {
    EXPECT_EQ(index.Find(path), nullptr) << path;
  }
}

TEST(PayloadIndex, KnowsTheTextOfALinkForItsOwnPathOnly) {
  const File file(Small().Finish());
  PayloadIndex index;
  ASSERT_TRUE(file.Open(index));
  const char* path = "/gnu/store/x-glibc/libc.so";
  const Slot* slot = index.Find(path);
  ASSERT_NE(slot, nullptr);
  ASSERT_EQ(slot->type, Slot::kLink);
  EXPECT_TRUE(index.LinkText(*slot, path) == "libc.so.6");
  EXPECT_TRUE(index.LinkText(*slot, "/gnu/store/other").empty());
  const Slot* file_slot = index.Find("/gnu/store/x-glibc/libc.so.6");
  EXPECT_TRUE(index.LinkText(*file_slot, path).empty());
}

TEST(PayloadIndex, ManyPathsAreAllFound) {
  IndexWriter writer;
  const auto name = [](int i) { return absl::StrCat("/gnu/store/item/", i); };
  for (int i = 0; i < 20000; ++i) writer.AddFile(name(i));
  const File file(writer.Finish());
  PayloadIndex index;
  ASSERT_TRUE(file.Open(index));
  EXPECT_EQ(index.Check(), nullptr);
  for (int i = 0; i < 20000; ++i) {
    EXPECT_NE(index.Find(name(i).c_str()), nullptr) << i;
    EXPECT_EQ(index.Find(name(i + 20000).c_str()), nullptr) << i;
  }
}

TEST(PayloadIndex, APathTwiceMakesNone) {
  IndexWriter writer = Small();
  writer.AddFile("/gnu/store");
  EXPECT_EQ(writer.Finish(), "");
}

TEST(PayloadIndex, IsNotTakenIfItsBoundsAreWrong) {
  const std::string bytes = Small().Finish();
  PayloadIndex index;
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(File(bytes).Open(size, index)) << size;
    EXPECT_TRUE(index.empty());
  }
  using Change = void (*)(PayloadIndexHeader&);
  for (const Change change : {
           Change([](PayloadIndexHeader& h) { h.magic[0] = 'X'; }),
           Change([](PayloadIndexHeader& h) { ++h.version; }),
           Change([](PayloadIndexHeader& h) { h.slot_count = 0; }),
           Change([](PayloadIndexHeader& h) { h.slot_count = 3; }),
           Change([](PayloadIndexHeader& h) { h.slot_count = 1u << 31; }),
           Change([](PayloadIndexHeader& h) { ++h.texts_size; }),
       }) {
    File file(bytes);
    ASSERT_TRUE(file.Open(index));
    change(file.header());
    EXPECT_FALSE(file.Open(index));
  }
}

TEST(PayloadIndex, CheckSaysWhatIsDamaged) {
  const std::string bytes = Small().Finish();
  PayloadIndex index;
  const auto check = [&](auto change) {
    File file(bytes);
    EXPECT_TRUE(file.Open(index));
    for (uint32_t i = 0; i < index.slot_count(); ++i) change(file.slot(i));
    return std::string(index.Check() == nullptr ? "" : index.Check());
  };
  EXPECT_EQ(check([](Slot&) {}), "");
  EXPECT_EQ(check([](Slot& s) {
              if (s.type == Slot::kLink) s.value = 0x7fffffff;
            }),
            "is damaged: its index holds what is no file");
  EXPECT_EQ(check([](Slot& s) {
              if (s.type == Slot::kDirectory) s.value += 1;
            }),
            "is damaged: its index holds what is no file");
  EXPECT_EQ(check([](Slot& s) {
              if (s.type == Slot::kNothing) s.type = Slot::kFile;
              s.hash = 0;
            }),
            "is damaged: a path of its index cannot be found");
}

}  // namespace
}  // namespace relocatable
