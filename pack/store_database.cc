#include "pack/store_database.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "pack/store_path.h"

namespace relocatable {
namespace {

absl::string_view Text(sqlite3_stmt* statement, int column) {
  const unsigned char* const text = sqlite3_column_text(statement, column);
  if (text == nullptr) return {};
  return absl::string_view(reinterpret_cast<const char*>(text),
                           sqlite3_column_bytes(statement, column));
}

void Bind(sqlite3_stmt* statement, absl::string_view text) {
  sqlite3_reset(statement);
  sqlite3_bind_text(statement, 1, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
}

}  // namespace

void StoreDatabase::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

// Guix: PREFIX/../../var/guix (localstatedir is /var for /gnu/store); Nix:
// PREFIX/../var/nix, also below another root ("nix --store").
std::vector<std::string> StoreDatabase::DefaultPlaces(
    absl::string_view prefix) {
  const absl::string_view above = prefix.substr(0, prefix.rfind('/'));
  const absl::string_view top =
      above.substr(0, std::min(above.rfind('/'), above.size()));
  return {absl::StrCat(top, "/var/guix/db/db.sqlite"),
          absl::StrCat(above, "/var/nix/db/db.sqlite"),
          absl::StrCat(top, "/var/nix/db/db.sqlite")};
}

absl::Status StoreDatabase::Prepare(const char* sql, Statement& statement) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(snapshot_.db(), sql, -1, &made, nullptr) !=
      SQLITE_OK) {
    return snapshot_.Error("is not a store's database");
  }
  statement.reset(made);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<StoreDatabase>> StoreDatabase::Open(
    const std::string& file) {
  RELOC_ASSIGN_OR_RETURN(SqliteSnapshot snapshot, SqliteSnapshot::Open(file));
  std::unique_ptr<StoreDatabase> database(
      new StoreDatabase(file, std::move(snapshot)));
  RELOC_RETURN_IF_ERROR(database->Prepare(
      "SELECT id, hash, narSize FROM ValidPaths WHERE path = ?1",
      database->row_));
  RELOC_RETURN_IF_ERROR(database->Prepare(
      "SELECT v.path FROM Refs r JOIN ValidPaths v ON v.id = r.reference "
      "WHERE r.referrer = ?1",
      database->references_));
  return database;
}

absl::StatusOr<int64_t> StoreDatabase::ReadRow(const std::string& item,
                                               ItemFacts& facts) {
  Bind(row_.get(), item);
  const int step = sqlite3_step(row_.get());
  if (step == SQLITE_DONE) {
    return absl::NotFoundError(absl::StrCat(
        "'", item, "': is not in the store's database '", file_, "'"));
  }
  if (step != SQLITE_ROW) return snapshot_.Error("cannot be read");
  const absl::string_view hash = Text(row_.get(), 1);
  if (!absl::StartsWith(hash, "sha256:") ||
      !FromHex(absl::StripPrefix(hash, "sha256:"), facts.nar_hash)) {
    return absl::DataLossError(
        absl::StrCat("'", file_, "': has the hash '", hash, "' for '", item,
                     "' (expected 'sha256:' and 64 hexadecimal digits)"));
  }
  // Guix's oldest rows have no size: NULL, which reads as 0.
  facts.nar_size = std::max<int64_t>(0, sqlite3_column_int64(row_.get(), 2));
  return sqlite3_column_int64(row_.get(), 0);
}

absl::Status StoreDatabase::ReadReferences(const std::string& item, int64_t id,
                                           ItemFacts& facts) {
  absl::string_view item_prefix, prefix, name;
  SplitStorePath(item, item_prefix, name);
  sqlite3_reset(references_.get());
  sqlite3_bind_int64(references_.get(), 1, id);
  int step;
  while ((step = sqlite3_step(references_.get())) == SQLITE_ROW) {
    const absl::string_view path = Text(references_.get(), 0);
    // A path of a database is joined to directories: it must be what it says.
    if (!SplitStorePath(path, prefix, name) || prefix != item_prefix) {
      return absl::DataLossError(
          absl::StrCat("'", file_, "': has '", path, "' among what '", item,
                       "' refers to, which is no item of '", item_prefix, "'"));
    }
    facts.references.emplace_back(path);
  }
  if (step != SQLITE_DONE) return snapshot_.Error("cannot be read");
  std::sort(facts.references.begin(), facts.references.end());
  return absl::OkStatus();
}

absl::StatusOr<ItemFacts> StoreDatabase::Facts(const std::string& item) {
  ItemFacts facts;
  RELOC_ASSIGN_OR_RETURN(const int64_t id, ReadRow(item, facts));
  RELOC_RETURN_IF_ERROR(ReadReferences(item, id, facts));
  return facts;
}

}  // namespace relocatable
