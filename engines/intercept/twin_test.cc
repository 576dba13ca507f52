#include "engines/intercept/twin.h"

#include <cstring>
#include <functional>
#include <random>
#include <string>

#include "base/sha256.h"
#include "engines/intercept/twin_table.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr char kLibrary[] = "/lib/x86_64-linux-gnu/libc.so.6";

std::unique_ptr<ByteSource> Open(const char* path) {
  absl::StatusOr<std::unique_ptr<ByteSource>> file = OpenSource(path);
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

// Whole files, as the tests compare them.
std::string All(const ByteSource& file) {
  return *file.Read(0, file.size(), "the file");
}

TEST(PlanTwin, TheTableTellsWhatTheTwinIs) {
  const std::unique_ptr<ByteSource> file = Open(kLibrary);
  absl::StatusOr<Twin> twin = PlanTwin(*file);
  ASSERT_TRUE(twin.ok()) << twin.status();
  TwinTable table;
  ASSERT_EQ(TwinTable::Open(twin->table.data(), twin->table.size(), table),
            nullptr);

  const std::string original = All(*file);
  const std::string bytes = All(TwinSource(*file, twin->edits));
  EXPECT_NE(bytes, original);
  EXPECT_EQ(table.header().file_size, original.size());
  EXPECT_EQ(
      memcmp(table.header().original_sha256, Sha256Of(original).data(), 32), 0);
  EXPECT_EQ(memcmp(table.header().twin_sha256, Sha256Of(bytes).data(), 32), 0);
  EXPECT_EQ(table.header().build_id_size, 20u);

  // The edits it lists are all there is between the two.
  std::string patched = original;
  for (uint32_t i = 0; i < table.edit_count(); ++i) {
    const TwinEdit& edit = table.edit(i);
    memcpy(&patched[edit.offset], table.bytes(edit), edit.size);
  }
  EXPECT_EQ(patched == bytes, true);

  EXPECT_EQ(table.site_count(), twin->sites.size());
  int patched_sites = 0;
  for (uint32_t i = 0; i < table.site_count(); ++i) {
    EXPECT_EQ(original.substr(table.site(i).offset, 2), "\x0f\x05");
    patched_sites += IsPatched(SiteState{table.site(i).state});
  }
  EXPECT_GT(patched_sites, 100);
}

TEST(PlanTwin, IsTheSameEachTime) {
  const std::unique_ptr<ByteSource> file = Open(kLibrary);
  EXPECT_EQ(PlanTwin(*file)->table == PlanTwin(*file)->table, true);
}

TEST(PlanTwin, NeedsNoneWhereThereAreNoSites) {
  absl::StatusOr<Twin> twin =
      PlanTwin(*Open("/lib/x86_64-linux-gnu/libm.so.6"));
  ASSERT_TRUE(twin.ok()) << twin.status();
  EXPECT_TRUE(twin->edits.empty());
  EXPECT_TRUE(twin->table.empty());
}

TEST(PlanTwin, RefusesWhatIsNotForThisProcessor) {
  EXPECT_EQ(PlanTwin(*MemorySource("#!/bin/sh\n")).status().message(),
            "is not an ELF file");
  std::string other = All(*Open("/bin/true"));
  other[18] = '\xb7';  // e_machine: EM_AARCH64
  const absl::Status status = PlanTwin(*MemorySource(other)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "is no program or library for x86-64");
}

// Damaged files are planned or refused, and what is planned lies within.
TEST(PlanTwin, DamagedFilesDoNoHarm) {
  const std::string good = All(*Open("/lib64/ld-linux-x86-64.so.2"));
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 60; ++i) {
    std::string bytes = good;
    // Mostly in the headers, where it hurts.
    const size_t limit = i % 2 == 0 ? 1024 : bytes.size();
    for (int k = 0; k < 8; ++k) bytes[random() % limit] = random();
    memcpy(&bytes[0], good.data(), 20);
    const std::unique_ptr<ByteSource> file = MemorySource(bytes);
    const absl::StatusOr<Twin> twin = PlanTwin(*file);
    if (!twin.ok()) {
      ++refused;
      continue;
    }
    TwinTable table;
    if (twin->edits.empty()) continue;
    EXPECT_EQ(TwinTable::Open(twin->table.data(), twin->table.size(), table),
              nullptr);
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 60);
}

TEST(TwinSource, ReadsTheSameInAnyParts) {
  const std::unique_ptr<ByteSource> file = MemorySource("0123456789");
  const std::vector<Edit> edits = {{0, "ab"}, {4, "cdef"}, {9, "g"}};
  const TwinSource twin(*file, edits);
  const std::string whole = "ab23cdef8g";
  EXPECT_EQ(All(twin), whole);
  for (size_t from = 0; from <= whole.size(); ++from) {
    for (size_t size = 0; from + size <= whole.size(); ++size) {
      EXPECT_EQ(*twin.Read(from, size, "x"), whole.substr(from, size));
    }
  }
  EXPECT_FALSE(twin.Read(5, 6, "x").ok());
}

struct Damage {
  const char* name;
  std::function<void(TwinHeader*, TwinSite*, TwinEdit*)> damage;
  const char* message;
};

class DamagedTable : public ::testing::TestWithParam<Damage> {
 protected:
  // Two sites, two edits, eight bytes.
  DamagedTable() : bytes_(sizeof(TwinHeader) + 2 * 16 + 2 * 16 + 8, '\0') {
    header_ = reinterpret_cast<TwinHeader*>(&bytes_[0]);
    sites_ = reinterpret_cast<TwinSite*>(header_ + 1);
    edits_ = reinterpret_cast<TwinEdit*>(sites_ + 2);
    memcpy(header_->magic, kTwinMagic, 8);
    header_->version = kTwinVersion;
    header_->table_size = bytes_.size();
    header_->file_size = 100;
    header_->sites = {sizeof(TwinHeader), 32};
    header_->edits = {sizeof(TwinHeader) + 32, 32};
    header_->bytes = {sizeof(TwinHeader) + 64, 8};
    sites_[0].offset = 10;
    sites_[1].offset = 98;
    edits_[0] = {5, 5, 0};
    edits_[1] = {97, 3, 5};
  }

  const char* Open() {
    TwinTable table;
    return TwinTable::Open(bytes_.data(), bytes_.size(), table);
  }

  std::string bytes_;
  TwinHeader* header_;
  TwinSite* sites_;
  TwinEdit* edits_;
};

TEST_P(DamagedTable, IsRefused) {
  ASSERT_EQ(Open(), nullptr);
  GetParam().damage(header_, sites_, edits_);
  EXPECT_STREQ(Open(), GetParam().message);
}

constexpr char kSections[] = "is damaged: a section lies outside the file";
constexpr char kSites[] =
    "is damaged: its sites are not sorted, or outside the file";
constexpr char kEdits[] =
    "is damaged: its edits overlap, or are outside the file";
constexpr char kNoBytes[] = "is damaged: an edit has no bytes";

using H = TwinHeader*;
using S = TwinSite*;
using E = TwinEdit*;

INSTANTIATE_TEST_SUITE_P(
    Tables, DamagedTable,
    ::testing::Values(
        Damage{"Magic", [](H h, S, E) { h->magic[0] = 'r'; },
               "is not a twin's table"},
        Damage{"Version", [](H h, S, E) { h->version = 2; },
               "has a version that this program does not read; use the "
               "relocatable in the same pack"},
        Damage{"Size", [](H h, S, E) { ++h->table_size; },
               "is damaged: its size is not what it says"},
        Damage{"BuildId", [](H h, S, E) { h->build_id_size = 65; },
               "is damaged: its build id is too long"},
        Damage{"SectionOffset", [](H h, S, E) { h->sites.offset = ~7ull; },
               kSections},
        Damage{"SectionSize", [](H h, S, E) { h->edits.size = ~15ull; },
               kSections},
        Damage{"SectionParts", [](H h, S, E) { h->edits.size = 24; },
               kSections},
        Damage{"SectionAlignment", [](H h, S, E) { h->bytes.offset -= 4; },
               kSections},
        Damage{"SiteOutside", [](H, S s, E) { s[1].offset = 100; }, kSites},
        Damage{"SitesNotSorted", [](H, S s, E) { s[1].offset = 10; }, kSites},
        Damage{"EditOutside", [](H, S, E e) { e[1].size = 4; }, kEdits},
        Damage{"EditFarOutside", [](H, S, E e) { e[1].offset = ~0ull; },
               kEdits},
        Damage{"EditsOverlap", [](H, S, E e) { e[1].offset = 9; }, kEdits},
        Damage{"EditWithoutBytes", [](H, S, E e) { e[1].bytes = 6; }, kNoBytes},
        Damage{"EditFarFromBytes", [](H, S, E e) { e[1].bytes = ~0u; },
               kNoBytes}),
    [](const ::testing::TestParamInfo<Damage>& info) {
      return info.param.name;
    });

TEST(TwinTable, IsRefusedWhenCutShort) {
  const std::string table = PlanTwin(*Open(kLibrary))->table;
  TwinTable opened;
  for (size_t size = 0; size < table.size(); size += 1 + size / 8) {
    const std::string cut = table.substr(0, size);
    EXPECT_NE(TwinTable::Open(cut.data(), cut.size(), opened), nullptr);
  }
}

}  // namespace
}  // namespace relocatable
