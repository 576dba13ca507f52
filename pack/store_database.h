// pack/store_database.h - a store's own database: which items are valid, what
// each refers to, and the size and hash of its NAR.
//
// Nix and Guix have the same tables (nix: libstore/schema.sql):
//   ValidPaths(id, path, hash, registrationTime, deriver, narSize, ...)
//   Refs(referrer, reference)     both are ValidPaths.id
#ifndef PACK_STORE_DATABASE_H_
#define PACK_STORE_DATABASE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pack/guest_root.h"
#include "pack/item_source.h"
#include "pack/sqlite_snapshot.h"

struct sqlite3_stmt;

namespace relocatable {

class StoreDatabase final : public ItemSource {
 public:
  // The guest paths where the database of the store `prefix` usually is.
  static std::vector<std::string> DefaultPlaces(absl::string_view prefix);

  // Opens the host's `file`. An error if it is no such database.
  static absl::StatusOr<std::unique_ptr<StoreDatabase>> Open(
      const std::string& file);

  // kNotFound if the item is not valid; an error too if the row is damaged.
  absl::StatusOr<ItemFacts> Facts(const std::string& item) override;

  // To be called when all facts are in: kAborted if a writer came in between.
  absl::Status CheckUnchanged() const { return snapshot_.CheckUnchanged(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  explicit StoreDatabase(std::string file, SqliteSnapshot snapshot)
      : file_(std::move(file)), snapshot_(std::move(snapshot)) {}
  absl::Status Prepare(const char* sql, Statement& statement);
  absl::StatusOr<int64_t> ReadRow(const std::string& item, ItemFacts& facts);
  absl::Status ReadReferences(const std::string& item, int64_t id,
                              ItemFacts& facts);

  std::string file_;
  SqliteSnapshot snapshot_;
  Statement row_, references_;
};

}  // namespace relocatable

#endif  // PACK_STORE_DATABASE_H_
