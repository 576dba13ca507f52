// pack/sqlite_snapshot.h - reads a SQLite database that belongs to somebody
// else, as it is now, and leaves no trace beside it.
//
// A store's database is root's, in WAL mode, and its daemon may be writing. In
// that mode even a reader wants to create DB-wal and DB-shm, and what a dead
// writer left in DB-wal belongs to the content. Measured with SQLite 3.40:
//
//   DB-wal     DB-shm   reader   mode=ro                  immutable=1
//   empty/none  -       root     right; leaves both files right
//   empty/none  -       user     "attempt to write a      right
//                                readonly database"
//   has pages  there    any      right                    STALE, silently
//   has pages  missing  root     right; leaves DB-shm     STALE, silently
//   has pages  missing  user     "unable to open          STALE, silently
//                                database file"
//
// So: immutable=1 where nothing is pending, mode=ro where the wal has pages and
// its index is there, and else a private copy of both files, in which the wal
// is played back. Without locks (immutable, copy) a writer may come in between:
// CheckUnchanged() afterwards says so, and the caller starts again.
//
// https://www.sqlite.org/wal.html ("Read-Only Databases"), uri.html.
#ifndef PACK_SQLITE_SNAPSHOT_H_
#define PACK_SQLITE_SNAPSHOT_H_

#include <sys/stat.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;

namespace relocatable {

class SqliteSnapshot {
 public:
  // Opens `file` by one of these ways. Errors name the file and keep SQLite's
  // or the errno's words.
  static absl::StatusOr<SqliteSnapshot> Open(const std::string& file);

  sqlite3* db() const { return db_.get(); }

  // kAborted if the file was written to since Open, so that what was read may
  // be of two minds. OK if locks kept writers' changes apart.
  absl::Status CheckUnchanged() const;

  // "'FILE': WHAT: SQLite's words for the last error".
  absl::Status Error(absl::string_view what) const;

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  // What of a file changes when it is written to.
  struct Stamp {
    bool exists = false;
    ino_t inode = 0;
    off_t size = 0;
    timespec mtime = {};
    bool operator==(const Stamp& other) const;
  };

  static Stamp StampOf(const std::string& path);
  absl::Status OpenUri(const std::string& path, const char* parameters);
  absl::Status OpenCopy();

  std::string file_;
  Stamp database_, wal_;
  bool locked_ = false;
  std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace relocatable

#endif  // PACK_SQLITE_SNAPSHOT_H_
