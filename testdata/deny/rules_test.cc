#include "testdata/deny/rules.h"

#include <linux/sched.h>
#include <sys/syscall.h>

#include <cerrno>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable::deny {
namespace {

using ::testing::IsEmpty;

TEST(ParseRules, ReadsEveryForm) {
  const auto rules = ParseRules(
      "mount=EACCES,clone(0&CLONE_NEWUSER)=EPERM,ioctl(1==0x5401)=ENOTTY,"
      "child:chroot=KILL");
  ASSERT_TRUE(rules.ok()) << rules.status();
  ASSERT_EQ(rules->size(), 4u);
  EXPECT_EQ((*rules)[0].call, SYS_mount);
  EXPECT_EQ((*rules)[0].condition, Condition::kAlways);
  EXPECT_EQ((*rules)[0].error, EACCES);
  EXPECT_FALSE((*rules)[0].NeedsSupervisor());
  EXPECT_EQ((*rules)[1].condition, Condition::kAnyBit);
  EXPECT_EQ((*rules)[1].value, uint32_t{CLONE_NEWUSER});
  EXPECT_EQ((*rules)[2].condition, Condition::kEquals);
  EXPECT_EQ((*rules)[2].argument, 1);
  EXPECT_EQ((*rules)[2].value, 0x5401u);
  EXPECT_EQ((*rules)[3].error, kKill);
  EXPECT_TRUE((*rules)[3].NeedsSupervisor());
}

TEST(ParseRules, SpreadsAPathRuleOverItsCalls) {
  const auto rules = ParseRules("open:/uid_map=EPERM");
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(rules->size(), 4u);
  EXPECT_EQ(rules->back().suffix, "/uid_map");
  EXPECT_EQ(rules->back().path, PathOf::kArgument);
}

TEST(ParseRules, KnowsEveryPreset) {
  for (const Preset& preset : Presets()) {
    const auto rules = ParseRules(std::string("@") + preset.name);
    EXPECT_TRUE(rules.ok()) << preset.name << ": " << rules.status();
    if (rules.ok()) {
      EXPECT_THAT(*rules, ::testing::Not(IsEmpty())) << preset.name;
    }
  }
}

struct BadCase {
  const char* name;
  const char* list;
  const char* message;
};

class ParseRulesBad : public ::testing::TestWithParam<BadCase> {};

TEST_P(ParseRulesBad, NamesTheWord) {
  EXPECT_EQ(ParseRules(GetParam().list).status().message(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Words, ParseRulesBad,
    ::testing::Values(
        BadCase{"Call", "muont=EPERM", "unknown system call 'muont'"},
        BadCase{"Errno", "mount=EPREM", "unknown errno 'EPREM'"},
        BadCase{"NoErrno", "mount", "'mount' is no rule: it has no '=ERRNO'"},
        BadCase{"Preset", "@dokcer", "unknown preset 'dokcer'"},
        BadCase{"Flag", "clone(0&CLONE_NWE)=EPERM",
                "unknown flag or number 'CLONE_NWE'"},
        BadCase{"Argument", "clone(6&1)=EPERM", "unknown condition '6&1'"},
        BadCase{"Operator", "clone(0<1)=EPERM", "unknown condition '<1'"},
        BadCase{"Open", "clone(0&1=EPERM", "unknown condition '0&1'"},
        BadCase{"Empty", "", "'' is no rule: it has no '=ERRNO'"}),
    [](const ::testing::TestParamInfo<BadCase>& i) { return i.param.name; });

}  // namespace
}  // namespace relocatable::deny
