#include "pack/temp_store.h"

#include <sqlite3.h>
#include <stdlib.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "pack/nar.h"

namespace relocatable {
namespace {

void Run(sqlite3* db, const std::string& sql) {
  char* error = nullptr;
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error) == SQLITE_OK) {
    return;
  }
  fprintf(stderr, "TempStore: %s: %s\n", sql.c_str(), error);
  abort();
}

// The tables of Nix's libstore/schema.sql, as far as they matter here.
constexpr char kSchema[] =
    "PRAGMA journal_mode = WAL;"
    "CREATE TABLE ValidPaths (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,"
    " path TEXT UNIQUE NOT NULL, hash TEXT NOT NULL,"
    " registrationTime INTEGER NOT NULL, deriver TEXT, narSize INTEGER);"
    "CREATE TABLE Refs (referrer INTEGER NOT NULL, reference INTEGER NOT NULL,"
    " PRIMARY KEY (referrer, reference));";

}  // namespace

std::string TempStore::Item(absl::string_view name) {
  // The hexadecimal digits without 'e' are characters of hash parts.
  std::string hash = ToHex(Sha256Of(name)).substr(0, 32);
  for (char& c : hash) c = c == 'e' ? 'z' : c;
  const std::string item = absl::StrCat("/gnu/store/", hash, "-", name);
  items_[item];
  return item;
}

void TempStore::File(const std::string& item, absl::string_view path,
                     absl::string_view content, int mode) {
  tree_.File(absl::StrCat(item.substr(1), "/", path), content, mode);
}

void TempStore::Link(const std::string& item, absl::string_view path,
                     absl::string_view text) {
  tree_.Link(absl::StrCat(item.substr(1), "/", path), text);
}

void TempStore::Refers(const std::string& item,
                       std::vector<std::string> references) {
  items_[item] = std::move(references);
}

std::string TempStore::Register() {
  tree_.Dir("var/guix/db");
  const std::string file = tree_.Path("var/guix/db/db.sqlite");
  sqlite3* db = nullptr;
  if (sqlite3_open(file.c_str(), &db) != SQLITE_OK) abort();
  Run(db, kSchema);
  for (const auto& [item, references] : items_) {
    Sha256 hash;
    uint64_t size = 0;
    const absl::Status status = WriteNar(
        root_.HostPath(item), [](absl::string_view) { return true; },
        [&](absl::string_view piece) {
          hash.Update(piece);
          size += piece.size();
        });
    if (!status.ok()) continue;  // named, but never made
    Run(db,
        absl::StrCat(
            "INSERT INTO ValidPaths(path, hash, registrationTime, narSize) "
            "VALUES ('",
            item, "', 'sha256:", ToHex(hash.Finish()), "', 1, ", size, ")"));
  }
  for (const auto& [item, references] : items_) {
    for (const std::string& reference : references) {
      Run(db,
          absl::StrCat("INSERT INTO Refs SELECT a.id, b.id FROM ValidPaths a, "
                       "ValidPaths b WHERE a.path = '",
                       item, "' AND b.path = '", reference, "'"));
    }
  }
  sqlite3_close(db);
  return file;
}

}  // namespace relocatable
