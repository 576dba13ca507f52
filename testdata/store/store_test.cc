// The store is what it claims to be: what Nix would have made of the same
// programs, and independent of the host.

#include "testdata/store/store.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sqlite3.h"
#include "testdata/store/native.h"

namespace relocatable {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Rows of one column. `immutable` because opening a database in WAL mode
// otherwise writes beside it.
std::vector<std::string> Query(const Store& store, const std::string& sql) {
  std::vector<std::string> rows;
  sqlite3* db = nullptr;
  const std::string uri = absl::StrCat("file:", store.database, "?immutable=1");
  EXPECT_EQ(sqlite3_open_v2(uri.c_str(), &db,
                            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr),
            SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr),
            SQLITE_OK)
      << sqlite3_errmsg(db);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    rows.push_back(
        reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
  }
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return rows;
}

std::vector<std::string> ClosureOnHost(const Store& store) {
  std::vector<std::string> paths;
  for (const std::string& item : store.closure) {
    paths.push_back(store.OnHost(item));
  }
  return paths;
}

TEST(Store, HasADatabaseThatAgreesWithNix) {
  for (const Store* store : {&RealStore(), &SmallNixStore()}) {
    std::vector<std::string> closure = store->closure;
    std::sort(closure.begin(), closure.end());
    EXPECT_THAT(
        Query(*store,
              absl::StrCat(
                  "WITH RECURSIVE c(id) AS ("
                  "  SELECT id FROM ValidPaths WHERE path = '",
                  store->profile,
                  "'  UNION SELECT reference FROM Refs JOIN c ON referrer = id)"
                  "SELECT path FROM ValidPaths JOIN c USING (id) "
                  "ORDER BY path")),
        ElementsAreArray(closure));
    EXPECT_THAT(closure, Contains(store->items.at("glibc")));
    EXPECT_THAT(Query(*store, "SELECT path FROM ValidPaths"),
                Each(StartsWith(store->prefix + "/")));
  }
}

// Nix's journal mode; a reader who may not write beside it has to cope.
TEST(Store, HasADatabaseInWalMode) {
  const std::string header = ReadFile(RealStore().database)->substr(0, 20);
  EXPECT_EQ(header.substr(18), "\x02\x02");
}

TEST(Store, PassesNixsOwnCheck) {
  const Store& store = SmallNixStore();
  const Finished verified =
      RunNatively(store, {"/usr/bin/nix-store", "--verify", "--check-contents"},
                  {.env = {"HOME=/nowhere", "USER=tester",
                           "NIX_REMOTE=", "NIX_STORE_DIR=" + store.prefix,
                           "NIX_STATE_DIR=" + store.folder + "/var/nix",
                           "NIX_LOG_DIR=/nowhere", "NIX_CONF_DIR=/nowhere"},
                   .set_env = true});
  EXPECT_EQ(verified.status, 0) << verified.err;
  EXPECT_THAT(verified.err, HasSubstr("checking store hashes"));
}

TEST(Store, IsReadOnlyAndOf1970) {
  const Store& store = RealStore();
  std::vector<std::string> find = {"/usr/bin/find"};
  for (const std::string& path : ClosureOnHost(store)) find.push_back(path);
  find.insert(find.end(), {"(", "!", "-type", "l", "-perm", "/222", ")", "-o",
                           "!", "-newermt", "@0", "-o", "-newermt", "@1"});
  EXPECT_EQ(RunProgram(find).out, "");
}

TEST(Store, HasAProfileOfAbsoluteLinks) {
  const Store& store = RealStore();
  // One item has it: one link. Several have it: a folder of links.
  EXPECT_EQ(*ReadLink(store.OnHost(store.Bin("hello"))),
            store.items.at("hello") + "/bin/hello");
  EXPECT_EQ(*ReadLink(store.OnHost(store.profile) + "/libexec/git-core"),
            store.items.at("git") + "/libexec/git-core");
}

TEST(Store, KeepsHardLinks) {
  const Store& store = RealStore();
  const std::string perl = store.OnHost(store.items.at("perl"));
  EXPECT_NE(
      RunProgram({"/usr/bin/find", perl, "-type", "f", "-links", "+1"}).out,
      "");
}

// The regular files of the closure that start with `magic`.
std::vector<std::string> FilesStartingWith(const Store& store,
                                           absl::string_view magic) {
  std::vector<std::string> files;
  for (const std::string& item : ClosureOnHost(store)) {
    for (const std::filesystem::directory_entry& entry :
         std::filesystem::recursive_directory_iterator(item)) {
      if (entry.is_symlink() || !entry.is_regular_file()) continue;
      std::string head(magic.size(), '\0');
      std::ifstream(entry.path()).read(head.data(), head.size());
      if (head == magic) files.push_back(entry.path());
    }
  }
  return files;
}

TEST(Store, HasElfFilesThatNameTheStoreOnly) {
  const Store& store = RealStore();
  std::vector<std::string> readelf = {"/usr/bin/readelf", "-lWd"};
  for (const std::string& file : FilesStartingWith(store,
                                                   "\x7f"
                                                   "ELF")) {
    readelf.push_back(file);
  }
  const std::vector<std::string> facts =
      absl::StrSplit(RunProgram(readelf).out, '\n');
  std::string file;
  int interpreters = 0, runpaths = 0;
  for (const std::string& line : facts) {
    if (absl::StartsWith(line, "File: ")) file = line;
    const size_t colon = line.rfind(": ");
    if (absl::StrContains(line, "Requesting program interpreter: ")) {
      ++interpreters;
      EXPECT_THAT(line.substr(colon + 2), StartsWith(store.prefix)) << file;
    }
    if (absl::StrContains(line, "Library runpath: [") ||
        absl::StrContains(line, "Library rpath: [")) {
      ++runpaths;
      const size_t open = line.find('[') + 1;
      for (absl::string_view folder :
           absl::StrSplit(line.substr(open, line.rfind(']') - open), ':')) {
        EXPECT_TRUE(absl::StartsWith(folder, store.prefix) ||
                    folder == "$ORIGIN")
            << file << " has " << folder;
      }
    }
  }
  EXPECT_GT(interpreters, 100);
  EXPECT_GT(runpaths, 200);
}

// ld.so and libc know folders of the host by heart when Debian has built them.
TEST(Store, HasALoaderThatDoesNotKnowTheHost) {
  const Store& store = RealStore();
  const std::string lib = store.OnHost(store.items.at("glibc")) + "/lib/";
  const std::string loader = *ReadFile(lib + "ld-linux-x86-64.so.2");
  const std::string libc = *ReadFile(lib + "libc.so.6");
  for (const char* path : {"/etc/ld.so.cache", "/etc/ld.so.preload", "/lib/",
                           "/usr/lib/", "/lib/x86_64-linux-gnu/"}) {
    const std::string whole = absl::StrCat(std::string(1, '\0'), path) + '\0';
    EXPECT_EQ(loader.find(whole), std::string::npos) << path;
  }
  EXPECT_EQ(libc.find("/usr/lib/x86_64-linux-gnu/gconv"), std::string::npos);
  EXPECT_NE(libc.find(store.items.at("glibc") + "/lib/gconv/gconv-modules"),
            std::string::npos);
}

TEST(Store, HasScriptsThatStartTheStoresInterpreters) {
  const Store& store = RealStore();
  int scripts = 0;
  for (const std::string& file : FilesStartingWith(store, "#!")) {
    if (access(file.c_str(), X_OK) != 0) continue;
    ++scripts;
    const std::string text = *ReadFile(file);
    EXPECT_THAT(text.substr(0, text.find('\n')),
                StartsWith("#!" + store.prefix + "/"))
        << file;
  }
  EXPECT_GT(scripts, 20);
}

}  // namespace
}  // namespace relocatable
