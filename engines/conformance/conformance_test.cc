// What a program does must not depend on how it was started. README.md says how
// this works; cases.cc has the table.
//
//   conformance_test --engine=NAME programs.tar [RELOCATABLE [DENY RULES]]

#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/must_run.h"
#include "base/subprocess.h"
#include "engines/conformance/cases.h"
#include "engines/conformance/compare.h"
#include "engines/conformance/engines.h"
#include "engines/conformance/world.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

// The ordinary user, whom /etc/passwd does not know.
constexpr uid_t kStranger = 61234;

const EngineUnderTest* engine = nullptr;
std::unique_ptr<World> world;

std::vector<uid_t> Users() {
  if (geteuid() == 0) return {kStranger, 0};
  return {geteuid()};
}

std::string UserName(uid_t uid) { return uid == 0 ? "Root" : "User"; }

bool Has(const std::vector<Trait>& traits, Trait trait) {
  return std::find(traits.begin(), traits.end(), trait) != traits.end();
}

// Whether the engine shows `trait` for this user. A native run by an ordinary
// user is itself in a user namespace.
bool Shows(Trait trait, uid_t uid) {
  if (geteuid() != 0 && trait == Trait::kOneIdMap) return false;
  // The tests' store belongs to who runs them, and so does the way to it.
  const bool owns = uid == 0 || (geteuid() != 0 && trait == Trait::kOwnWay);
  return Has(owns ? engine->traits_for_root : engine->traits, trait);
}

std::vector<std::string> Declared(const Case& c, uid_t uid) {
  std::vector<std::string> facts;
  for (const Difference& difference : c.differs) {
    if (!Shows(difference.trait, uid)) continue;
    facts.insert(facts.end(), difference.facts.begin(), difference.facts.end());
  }
  return facts;
}

// What is said if nothing can be run this way; found out once.
std::string WhyNot(const std::string& which, uid_t uid) {
  static std::map<std::pair<std::string, uid_t>, std::string> known;
  const auto [found, is_new] = known.try_emplace({which, uid});
  if (is_new) {
    const Finished f =
        world->Run({.name = "Nothing", .argv = {"/bin/true"}}, which, uid);
    if (f.status != 0)
      found->second = absl::StrCat("status ", f.status, ", ", f.err);
  }
  return found->second;
}

class Conformance
    : public ::testing::TestWithParam<std::tuple<const Case*, uid_t>> {
 protected:
  void SetUp() override {
    ASSERT_EQ(world->error(), "");
    for (const std::string& which : {std::string("native"), engine->name}) {
      const std::string error = WhyNot(which, uid());
      if (!error.empty()) RELOC_SKIP(which, error);
    }
  }
  const Case& c() const { return *std::get<0>(GetParam()); }
  uid_t uid() const { return std::get<1>(GetParam()); }
};

TEST_P(Conformance, IsAsInstalled) {
  const Finished native = world->Run(c(), "native", uid());
  EXPECT_EQ(native.status, c().status) << native.err;
  for (const std::string& line : c().natively) {
    EXPECT_TRUE(world->Says(native, line))
        << "a native run does not say '" << line << "' but:\n"
        << native.out << native.err;
  }

  const Finished f = world->Run(c(), engine->name, uid());
  const std::vector<std::string> declared = Declared(c(), uid());
  const Comparison comparison = Compare(native.out, f.out, declared);
  EXPECT_THAT(comparison.differences, IsEmpty())
      << absl::StrJoin(comparison.differences, "\n") << "\n"
      << f.err;
  EXPECT_EQ(f.err, native.err);
  EXPECT_EQ(f.status, native.status);
  EXPECT_THAT(comparison.seen, UnorderedElementsAreArray(declared))
      << "a declared difference that is none: take it out of traits or cases";
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Conformance,
    ::testing::Combine(::testing::ValuesIn([] {
                         std::vector<const Case*> all;
                         for (const Case& c : Cases()) all.push_back(&c);
                         return all;
                       }()),
                       ::testing::ValuesIn(Users())),
    [](const ::testing::TestParamInfo<Conformance::ParamType>& info) {
      return std::get<0>(info.param)->name + "_" +
             UserName(std::get<1>(info.param));
    });

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  using namespace relocatable;
  ::testing::InitGoogleMock(&argc, argv);
  absl::string_view name = argc > 1 ? argv[1] : "";
  if (absl::ConsumePrefix(&name, "--engine=")) {
    engine = FindEngineUnderTest(std::string(name));
  }
  if (engine == nullptr || argc < 3) {
    fprintf(stderr,
            "usage: %s --engine=NAME PROGRAMS [RELOCATABLE [DENY RULES]]\n",
            argv[0]);
    return 2;
  }
  world =
      std::make_unique<World>(argv[2], argc > 3 ? argv[3] : "", engine->packed);
  if (argc > 5) world->Deny(argv[4], argv[5]);
  if (!Has(engine->traits, Trait::kOneIdMap)) world->StartInUserNamespace();
  const int status = RUN_ALL_TESTS();
  world.reset();
  return status;
}
