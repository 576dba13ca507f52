#include "pack/host/host_payload.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include "engines/view/payload_index.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using Slot = PayloadIndexSlot;

TEST(HostPayload, TheIndexHasWhatIsBelowRootAtItsGuestPath) {
  Plan plan;
  plan.nodes = {
      {.path = "bin/git", .kind = PlanNode::kSymlink, .text = "../relocatable"},
      {.path = "root"},
      {.path = "root/usr"},
      {.path = "root/usr/git", .kind = PlanNode::kFile},
      {.path = "root/usr/same", .kind = PlanNode::kHardLink},
      {.path = "root/bin", .kind = PlanNode::kSymlink, .text = "usr/bin"},
  };
  const PayloadTables tables = TablesOf(plan, /*twins=*/false);
  EXPECT_TRUE(tables.twins.empty());
  std::vector<uint64_t> aligned((tables.index.size() + 7) / 8);
  memcpy(aligned.data(), tables.index.data(), tables.index.size());
  PayloadIndex index;
  ASSERT_TRUE(PayloadIndex::Open(aligned.data(), tables.index.size(), index));
  EXPECT_EQ(index.Check(), nullptr);

  const auto type = [&](const char* path) {
    const Slot* const slot = index.Find(path);
    return slot == nullptr ? Slot::kNothing
                           : static_cast<Slot::Type>(slot->type);
  };
  EXPECT_EQ(type("/usr"), Slot::kDirectory);
  EXPECT_EQ(type("/usr/git"), Slot::kFile);
  EXPECT_EQ(type("/usr/same"), Slot::kFile);
  EXPECT_EQ(type("/bin"), Slot::kLink);
  EXPECT_EQ(type("/usr/nothing"), Slot::kNothing);
  EXPECT_EQ(type("/bin/git"), Slot::kNothing);  // a name is no payload
}

}  // namespace
}  // namespace relocatable
