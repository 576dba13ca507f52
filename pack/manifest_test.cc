#include "pack/manifest.h"

#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engines/view/view.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr char kLibc[] = "/gnu/store/00000000000000000000000000000000-libc";
constexpr char kHello[] = "/gnu/store/11111111111111111111111111111111-hello";

Manifest Sample() {
  Manifest m;
  m.tool = "relocatable 0.1.0";
  m.machine = "x86_64";
  m.sources = {kHello};
  m.excluded = {"*.la"};
  m.mounts = {{"/gnu/store", "root/gnu/store", 3}};
  m.names = {{"bin/hello", absl::StrCat(kHello, "/bin/hello")}};
  m.entry_point = "bin/hello";
  m.items = {{.path = kLibc, .nar_size = 8, .nar_hash = Sha256Of("a")},
             {.path = kHello,
              .references = {0, 1},
              .nar_size = 16,
              .nar_hash = Sha256Of("b"),
              .missing = {"/gnu/store/x"},
              .trimmed = true}};
  m.files = {{"launch", 5, Sha256Of("c")}};
  return m;
}

// The whole format, as docs/manifest.md shows it.
TEST(Manifest, Text) {
  EXPECT_EQ(WriteManifest(Sample()), R"({
 "format": "relocatable pack",
 "version": 1,
 "tool": "relocatable 0.1.0",
 "machine": "x86_64",
 "source": "store",
 "sources": [
  "/gnu/store/11111111111111111111111111111111-hello"
 ],
 "excluded": [
  "*.la"
 ],
 "mounts": [
  {
   "guest": "/gnu/store",
   "host": "root/gnu/store",
   "readOnly": true,
   "union": true
  }
 ],
 "entryPoint": "bin/hello",
 "names": [
  {
   "name": "bin/hello",
   "target": "/gnu/store/11111111111111111111111111111111-hello/bin/hello"
  }
 ],
 "items": [
  {
   "path": "/gnu/store/00000000000000000000000000000000-libc",
   "narSize": 8,
   "narHash": "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
   "references": []
  },
  {
   "path": "/gnu/store/11111111111111111111111111111111-hello",
   "narSize": 16,
   "narHash": "sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
   "references": [
    "/gnu/store/00000000000000000000000000000000-libc",
    "/gnu/store/11111111111111111111111111111111-hello"
   ],
   "missing": [
    "/gnu/store/x"
   ],
   "trimmed": true
  }
 ],
 "files": [
  {
   "path": "launch",
   "size": 5,
   "sha256": "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6"
  }
 ]
}
)");
}

TEST(Manifest, ReadsWhatItWrites) {
  const std::string text = WriteManifest(Sample());
  const absl::StatusOr<Manifest> read = ReadManifest(text);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(WriteManifest(*read), text);
  EXPECT_EQ(WriteManifest(*ReadManifest(WriteManifest({}))), WriteManifest({}));
}

TEST(Manifest, IgnoresWhatItDoesNotKnow) {
  const std::string text =
      absl::StrReplaceAll(WriteManifest(Sample()),
                          {{R"("version": 1,)", R"("version": 1, "x": [],)"}});
  EXPECT_TRUE(ReadManifest(text).ok());
}

TEST(Manifest, NamesThatAreNotUtf8AreReplaced) {
  Manifest m = Sample();
  m.names.push_back({"bin/\xff", absl::StrCat(kHello, "/bin/\xff")});
  const absl::StatusOr<Manifest> read = ReadManifest(WriteManifest(m));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->names[1].name, "bin/\xef\xbf\xbd");
}

Manifest Host() {
  Manifest m;
  m.tool = "relocatable 0.1.0";
  m.machine = "x86_64";
  m.origin = Origin::kHost;
  m.sources = {"git"};
  m.mounts = {{"/", "root", kMountLayer}};
  m.names = {{"bin/git", "/usr/bin/git"}};
  m.packages = {{.name = "git",
                 .version = "1:2.39",
                 .architecture = "amd64",
                 .why = "bin/git",
                 .size = 7,
                 .licences = {"GPL-2"}},
                {.name = "libc6",
                 .version = "2.36",
                 .architecture = "amd64",
                 .why = "needed",
                 .by = 0}};
  m.payload = {{.path = "/usr/bin/git",
                .package = 0,
                .size = 7,
                .sha256 = Sha256Of("git")},
               {.path = "/usr/bin/sh", .why = "tool", .link = "dash"}};
  return m;
}

TEST(Manifest, OfAHostGivesWhatWasWritten) {
  const std::string text = WriteManifest(Host());
  const absl::StatusOr<Manifest> m = ReadManifest(text);
  ASSERT_TRUE(m.ok()) << m.status();
  EXPECT_EQ(WriteManifest(*m), text);
  EXPECT_EQ(m->origin, Origin::kHost);
  EXPECT_EQ(m->mounts[0].guest, "/");
  EXPECT_EQ(m->mounts[0].flags, kMountLayer);
  EXPECT_EQ(m->packages[1].by, 0u);
  EXPECT_EQ(m->packages[0].by, kNobody);
  EXPECT_EQ(m->payload[0].package, 0u);
  EXPECT_EQ(m->payload[1].link, "dash");
}

TEST(Manifest, OfAHostIsTakenAtNoWord) {
  const auto problem = [](const char* what, const char* instead) {
    std::string text = WriteManifest(Host());
    const size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    text.replace(at, strlen(what), instead);
    return std::string(ReadManifest(text).status().message());
  };
  EXPECT_EQ(problem("\"host\",\n \"sources\"", "\"moon\",\n \"sources\""),
            "source: is neither 'store' nor 'host'");
  EXPECT_EQ(problem("\"neededBy\": \"git\"", "\"neededBy\": \"got\""),
            "packages[1].neededBy: is none of the packages above");
  EXPECT_EQ(problem("\"name\": \"libc6\"", "\"name\": \"git\""),
            "packages[1]: has the name of another package");
  EXPECT_EQ(problem("\"/usr/bin/sh\"", "\"/usr/../sh\""),
            "payload[1].path: is not a normal absolute path");
  EXPECT_EQ(problem("\"link\": \"dash\"", "\"link\": \"\""),
            "payload[1]: is a link to nothing");
}

struct Damage {
  const char* name;
  const char* from;
  const char* to;
  const char* problem;
};

class DamagedManifest : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedManifest, IsOneClearLine) {
  const Damage& d = GetParam();
  const std::string text = WriteManifest(Sample());
  ASSERT_NE(text.find(d.from), std::string::npos);
  EXPECT_EQ(ReadManifest(absl::StrReplaceAll(text, {{d.from, d.to}}))
                .status()
                .message(),
            std::string(d.problem));
}

INSTANTIATE_TEST_SUITE_P(
    Damages, DamagedManifest,
    ::testing::Values(
        Damage{"Format", "relocatable pack", "x", "is no manifest of a pack"},
        Damage{"Version", R"("version": 1)", R"("version": 2)",
               "has version 2, and this program reads version 1 (use the "
               "relocatable in the same pack)"},
        Damage{"VersionIsText", R"("version": 1)", R"("version": "1")",
               "version: is not a whole number from 0 to 2^64 - 1"},
        Damage{"Missing", R"("tool")", R"("tule")", "tool: is missing"},
        Damage{"Type", R"("x86_64")", "64", "machine: is not a string"},
        Damage{"Array", "[\n  \"*.la\"\n ]", "{}", "excluded: is not an array"},
        Damage{"Object", "\"names\": [", "\"names\": [1, ",
               "names[0]: is not an object"},
        Damage{"Negative", R"("narSize": 8)", R"("narSize": -8)",
               "items[0].narSize: is not a whole number from 0 to 2^64 - 1"},
        Damage{"Bool", R"("readOnly": true)", R"("readOnly": 1)",
               "mounts[0].readOnly: is not true or false"},
        Damage{"HostOutside", "root/gnu", "../gnu",
               "mounts[0].host: is not a normal path below the pack"},
        Damage{"GuestRelative", R"("guest": "/)", R"("guest": ")",
               "mounts[0].guest: is not a normal absolute path"},
        Damage{"Hash", "sha256:ca97", "sha256:CA97",
               "items[0].narHash: is not 64 lower-case hexadecimal digits"},
        Damage{"HashKind", "sha256:ca97", "sha512:ca97",
               "items[0].narHash: does not begin with 'sha256:'"},
        Damage{"ItemPath", R"("path": "/gnu/store/0)",
               R"("path": "/gnu/store/e)",
               "items[0].path: is not the path of a store item"},
        Damage{"Order",
               R"("path": "/gnu/store/00000000000000000000000000000000-libc")",
               R"("path": "/gnu/store/22222222222222222222222222222222-libc")",
               "items[1].path: is not in the order of paths"},
        Damage{"Reference", "    \"/gnu/store/000", "    \"/gnu/store/010",
               "items[1].references[0]: is none of the items"},
        Damage{"EntryPoint", R"("entryPoint": "bin/hello")",
               R"("entryPoint": "bin/x")", "entryPoint: is none of the names"},
        Damage{"File", R"("launch")", R"("/launch")",
               "files[0].path: is not a normal path below the pack"}),
    [](const ::testing::TestParamInfo<Damage>& i) { return i.param.name; });

TEST(Manifest, OtherFiles) {
  EXPECT_EQ(ReadManifest("").status().message(), "is not JSON (at byte 1)");
  EXPECT_EQ(ReadManifest("{\"a\": }").status().message(),
            "is not JSON (at byte 7)");
  EXPECT_EQ(ReadManifest("[]").status().message(), "is no manifest of a pack");
  EXPECT_EQ(ReadManifest("{}").status().message(), "is no manifest of a pack");
  EXPECT_EQ(ReadManifest(std::string(100000, '[')).status().message(),
            "is not JSON (at byte 100001)");
}

}  // namespace
}  // namespace relocatable
