#include "pack/store_database.h"

#include <sqlite3.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_store.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;

void Change(const std::string& file, const std::string& sql) {
  sqlite3* db = nullptr;
  sqlite3_open(file.c_str(), &db);
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(db);
  sqlite3_close(db);
}

class StoreDatabaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_.File(libc_, "x", "");
    store_.File(hello_, "x", "");
    store_.Refers(hello_, {libc_});
    file_ = store_.Register();
  }

  absl::StatusOr<ItemFacts> Hello() {
    auto database = StoreDatabase::Open(file_);
    if (!database.ok()) return database.status();
    return (*database)->Facts(hello_);
  }

  TempStore store_;
  const std::string libc_ = store_.Item("libc"), hello_ = store_.Item("hello");
  std::string file_;
};

TEST(DefaultPlaces, OfGuixAndNix) {
  EXPECT_THAT(StoreDatabase::DefaultPlaces("/gnu/store"),
              ElementsAre("/var/guix/db/db.sqlite", "/gnu/var/nix/db/db.sqlite",
                          "/var/nix/db/db.sqlite"));
  EXPECT_THAT(StoreDatabase::DefaultPlaces("/home/u/nix/store"),
              ElementsAre("/home/u/var/guix/db/db.sqlite",
                          "/home/u/nix/var/nix/db/db.sqlite",
                          "/home/u/var/nix/db/db.sqlite"));
}

TEST_F(StoreDatabaseTest, GivesTheFacts) {
  EXPECT_THAT(Hello()->references, ElementsAre(libc_));
  EXPECT_GT(Hello()->nar_size, 100u);
}

TEST_F(StoreDatabaseTest, TakesNixsOtherWayOfWritingAHash) {
  const Sha256Digest digest = Hello()->nar_hash;
  ASSERT_NE(digest, Sha256Digest{});
  Change(file_, "UPDATE ValidPaths SET narSize = NULL");
  EXPECT_EQ(Hello()->nar_size, 0u);
}

TEST_F(StoreDatabaseTest, RefusesDamagedRows) {
  Change(file_,
         "UPDATE ValidPaths SET hash = 'md5:00' WHERE path LIKE '%hello'");
  EXPECT_EQ(Hello().status().message(),
            absl::StrCat("'", file_, "': has the hash 'md5:00' for '", hello_,
                         "' (expected 'sha256:' and 64 hexadecimal digits)"));
}

TEST_F(StoreDatabaseTest, RefusesReferencesThatAreNoItems) {
  for (const char* path : {"/etc/shadow", "/gnu/store/../etc", "", "x"}) {
    Change(file_, absl::StrCat("UPDATE ValidPaths SET path = '", path,
                               "' WHERE id = (SELECT reference FROM Refs)"));
    EXPECT_EQ(
        Hello().status().message(),
        absl::StrCat("'", file_, "': has '", path, "' among what '", hello_,
                     "' refers to, which is no item of '/gnu/store'"));
  }
}

TEST_F(StoreDatabaseTest, RefusesADatabaseOfSomethingElse) {
  Change(file_, "DROP TABLE Refs");
  EXPECT_EQ(Hello().status().message(),
            absl::StrCat("'", file_,
                         "': is not a store's database: no such table: Refs"));
}

}  // namespace
}  // namespace relocatable
