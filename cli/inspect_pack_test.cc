#include "cli/inspect_pack.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files.h"
#include "engines/all.h"
#include "engines/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/output.h"
#include "pack/store_plan.h"
#include "pack/temp_store.h"

namespace relocatable {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class InspectPackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_.File(libc_, "lib/libc.so", std::string(5000, 'x'));
    store_.File(hello_, "bin/hello", libc_, 0555);
    store_.Link(profile_, "bin", hello_ + "/bin");
    store_.Refers(hello_, {libc_});
    store_.Refers(profile_, {hello_});
    store_.Register();
    absl::StatusOr<Plan> plan =
        PlanStorePack({.sources = {profile_},
                       .entry_point = "bin/hello",
                       .tool = {store_.tree().File("tool", "binary", 0755),
                                "relocatable 0.1.0"},
                       .root = store_.tree().root()});
    ASSERT_TRUE(plan.ok()) << plan.status();
    const absl::Status written =
        WritePack(*plan, PackFormats()[0], 0, pack_, {});
    ASSERT_TRUE(written.ok()) << written;
  }

  // The report, the pack's path and hash parts made short.
  std::string Text(const InspectPackOptions& options) {
    const absl::StatusOr<PackReport> report = InspectPack(pack_, options);
    if (!report.ok())
      return absl::StrReplaceAll(report.status().message(), {{pack_, "PACK"}});
    intact_ = report->intact;
    std::string text = absl::StrReplaceAll(report->text, {{pack_, "PACK"}});
    for (const std::string& item : {libc_, hello_, profile_}) {
      text = absl::StrReplaceAll(
          text, {{item, absl::StrCat("/gnu/store/", item.substr(44))}});
    }
    return text;
  }

  void Overwrite(const std::string& path, const std::string& content) {
    const std::string whole = absl::StrCat(pack_, "/", path);
    chmod(whole.c_str(), 0644);
    FILE* const file = fopen(whole.c_str(), "w");
    ASSERT_NE(file, nullptr) << whole;
    fputs(content.c_str(), file);
    fclose(file);
  }

  TempStore store_;
  const std::string libc_ = store_.Item("libc"), hello_ = store_.Item("hello"),
                    profile_ = store_.Item("profile");
  const std::string pack_ = store_.tree().Path("pack");
  bool intact_ = true;
};

TEST_F(InspectPackTest, SaysWhatIsInIt) {
  std::string engines;
  for (const Engine* const engine : AllEngines()) {
    absl::StrAppend(&engines, "  ", engine->traits().name,
                    " serves all programs\n");
  }
  EXPECT_EQ(Text({}),
            absl::StrCat(R"(PACK: a pack, made by relocatable 0.1.0 for x86_64

sources
  /gnu/store/profile

mounts
  /gnu/store  from root/gnu/store, read-only

programs (1)
  bin/hello  /gnu/store/profile/bin/hello (the pack's entry point)

programs that cannot start (1)
  bin/hello: '/gnu/store/profile/bin/hello': is not an ELF file

engines
)",
                         engines, R"(
items (3, 6.2 KiB)
     5.3 KiB  /gnu/store/libc
       528 B  /gnu/store/hello
       336 B  /gnu/store/profile
)"));
}

TEST_F(InspectPackTest, TreeSaysWhyEachItemIsIn) {
  EXPECT_THAT(Text({.tree = true}), HasSubstr(R"(
items (3, 6.2 KiB)
       336 B  /gnu/store/profile
       528 B    /gnu/store/hello
     5.3 KiB      /gnu/store/libc
)"));
}

TEST_F(InspectPackTest, VerifyFindsDifferences) {
  EXPECT_THAT(Text({.verify = true}),
              HasSubstr("\nverified\n  3 items and 3 files are as they were "
                        "packed\n"));
  EXPECT_TRUE(intact_);
  Overwrite("relocatable", "another");
  EXPECT_THAT(Text({.verify = true}),
              HasSubstr("\ndifferences (1)\n  relocatable has 7 bytes (packed: "
                        "6)\n"));
  EXPECT_FALSE(intact_);
  // Without --verify nobody looks.
  EXPECT_THAT(Text({}), Not(HasSubstr("differences")));
  EXPECT_TRUE(intact_);
}

TEST_F(InspectPackTest, Json) {
  Overwrite("relocatable", "another");
  const auto json = nlohmann::json::parse(
      InspectPack(pack_, {.json = true, .verify = true})->text);
  EXPECT_EQ(json["kind"], "pack");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["path"], pack_);
  EXPECT_EQ(json["manifest"]["names"][0]["name"], "bin/hello");
  EXPECT_EQ(json["differences"][0]["path"], "relocatable");
  for (const auto& item : json["manifest"]["items"]) {
    const std::string path = item["path"];
    if (path == profile_) {
      EXPECT_TRUE(item["neededBy"].is_null());
    } else {
      EXPECT_EQ(item["neededBy"], path == libc_ ? hello_ : profile_);
    }
  }
}

TEST_F(InspectPackTest, DamagedAndForeignPacksAreOneClearLine) {
  Overwrite("manifest.json", "{\"format\": 1}");
  EXPECT_EQ(Text({}), "'PACK/manifest.json' is no manifest of a pack");
  EXPECT_TRUE(LooksLikePack(pack_));
  unlink((pack_ + "/manifest.json").c_str());
  EXPECT_TRUE(LooksLikePack(pack_));
  unlink((pack_ + "/launch").c_str());
  EXPECT_FALSE(LooksLikePack(pack_));
}

TEST_F(InspectPackTest, ADamagedLaunchTableIsToo) {
  Overwrite("launch", "");
  EXPECT_EQ(Text({}), "'PACK/launch' is no launch table of a pack");
}

TEST_F(InspectPackTest, WhatATerminalWouldObeyIsNotPrinted) {
  const std::string path = pack_ + "/manifest.json";
  FILE* const file = fopen(path.c_str(), "r");
  ASSERT_NE(file, nullptr);
  std::string text(100000, '\0');
  text.resize(fread(text.data(), 1, text.size(), file));
  fclose(file);
  Overwrite("manifest.json",
            absl::StrReplaceAll(
                text, {{"relocatable 0.1.0", "\\u001b[2J\\n\\u007f"}}));
  EXPECT_THAT(Text({}), HasSubstr("made by ?[2J?? for x86_64"));
}

// A pack of this machine's C library; what inspect says of it.
std::string TextOfLibcPack(bool twins) {
  TempStore store;
  const std::string libc = store.Item("libc");
  const absl::StatusOr<std::string> bytes =
      ReadFile("/lib/x86_64-linux-gnu/libc.so.6");
  if (!bytes.ok()) return std::string(bytes.status().message());
  store.File(libc, "bin/libc.so.6", *bytes, 0555);
  store.Refers(libc, {});
  store.Register();
  const absl::StatusOr<Plan> plan = PlanStorePack(
      {.sources = {libc},
       .twins = twins,
       .tool = {store.tree().File("tool", "binary", 0755), "test"},
       .root = store.tree().root()});
  if (!plan.ok()) return std::string(plan.status().message());
  const std::string pack = store.tree().Path("pack");
  const absl::Status written = WritePack(*plan, PackFormats()[0], 0, pack, {});
  if (!written.ok()) return std::string(written.message());
  const absl::StatusOr<PackReport> report = InspectPack(pack, {.verify = true});
  if (!report.ok()) return std::string(report.status().message());
  return report->text;
}

TEST(InspectPackTwins, AreListedWithWhatBecameOfTheirSites) {
  const std::string with = TextOfLibcPack(true);
  EXPECT_THAT(with, HasSubstr("\ntwins (1)\n"));
  EXPECT_THAT(with,
              ContainsRegex("KiB|MiB  /gnu/store/.*-libc/bin/libc.so.6\n"));
  EXPECT_THAT(with, ContainsRegex(" [0-9]+ patched at the number's load\n"));
  const std::string without = TextOfLibcPack(false);
  EXPECT_THAT(without, HasSubstr("1 items and 3 files are as they were"));
  EXPECT_THAT(without, Not(HasSubstr("twins (")));
}

}  // namespace
}  // namespace relocatable
