#include "engines/serve.h"

#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr EngineTraits kAll = {.serves_static_programs = true,
                               .serves_32_bit_programs = true};

TEST(WhyNotServed, NothingStopsAnEngineWithoutLimits) {
  EXPECT_EQ(WhyNotServed(kAll, {.is_static = true,
                                .is_32_bit = true,
                                .fixed = {0x400000, 0x70000000}}),
            "");
}

TEST(WhyNotServed, StaticPrograms) {
  EngineTraits engine = kAll;
  engine.serves_static_programs = false;
  EXPECT_EQ(WhyNotServed(engine, {.is_static = true}),
            "it is a static program, which no ld.so starts");
  EXPECT_EQ(WhyNotServed(engine, {}), "");
}

TEST(WhyNotServed, ThirtyTwoBitPrograms) {
  EngineTraits engine = kAll;
  engine.serves_32_bit_programs = false;
  EXPECT_EQ(WhyNotServed(engine, {.is_32_bit = true}),
            "it is a 32-bit program");
  EXPECT_EQ(WhyNotServed(engine, {}), "");
}

TEST(WhyNotServed, AddressesBothWant) {
  EngineTraits engine = kAll;
  engine.reserved = {0x60000000, 0x62000000};
  EXPECT_EQ(WhyNotServed(engine, {.fixed = {0x60001000, 0x60002000}}),
            "it is linked to the addresses 0x60001000-0x60002000, and the "
            "engine lies at 0x60000000-0x62000000");
  EXPECT_NE(WhyNotServed(engine, {.fixed = {0x400000, 0x60000001}}), "");
  EXPECT_EQ(WhyNotServed(engine, {.fixed = {0x400000, 0x60000000}}), "");
  EXPECT_EQ(WhyNotServed(engine, {.fixed = {0x62000000, 0x63000000}}), "");
  EXPECT_EQ(WhyNotServed(engine, {}), "");
}

}  // namespace
}  // namespace relocatable
