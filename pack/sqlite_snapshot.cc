#include "pack/sqlite_snapshot.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/files.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

constexpr int kBusyMilliseconds = 5000;

// A path in a URI: SQLite takes '?', '#' and '%' for its own.
std::string UriOf(const std::string& path, const char* parameters) {
  std::string uri = "file:";
  for (const char c : path) {
    if (absl::ascii_isalnum(c) || c == '/' || c == '.' || c == '-') {
      uri.push_back(c);
    } else {
      absl::StrAppendFormat(&uri, "%%%02x", static_cast<unsigned char>(c));
    }
  }
  return absl::StrCat(uri, "?", parameters);
}

absl::Status CopyFile(const std::string& from, const std::string& to) {
  const Fd in(open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in.ok())
    return ErrnoError(errno, absl::StrCat("cannot open '", from, "'"));
  const Fd out(open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out.ok())
    return ErrnoError(errno, absl::StrCat("cannot create '", to, "'"));
  char buffer[64 * 1024];
  while (true) {
    const ssize_t got = read(in.get(), buffer, sizeof(buffer));
    if (got == 0) return absl::OkStatus();
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return ErrnoError(errno, absl::StrCat("cannot read '", from, "'"));
    RELOC_RETURN_IF_ERROR(
        WriteAll(out.get(), absl::string_view(buffer, got), to));
  }
}

// A directory for the copy, whose files are gone by name as soon as SQLite has
// them open.
class ScratchDirectory {
 public:
  absl::Status Create() {
    const char* top = getenv("TMPDIR");
    if (top == nullptr || *top == '\0') top = "/tmp";
    std::string path = absl::StrCat(top, "/relocatable-XXXXXX");
    if (mkdtemp(path.data()) == nullptr) {
      return ErrnoError(errno,
                        absl::StrCat("cannot create a directory in '", top,
                                     "' for a copy of the database"));
    }
    path_ = std::move(path);
    return absl::OkStatus();
  }
  ~ScratchDirectory() {
    if (path_.empty()) return;
    for (const char* suffix : {"", "-wal", "-shm"}) {
      unlink(absl::StrCat(database(), suffix).c_str());
    }
    rmdir(path_.c_str());
  }
  std::string database() const { return absl::StrCat(path_, "/copy"); }

 private:
  std::string path_;
};

}  // namespace

void SqliteSnapshot::Close::operator()(sqlite3* db) const { sqlite3_close(db); }

bool SqliteSnapshot::Stamp::operator==(const Stamp& other) const {
  return exists == other.exists && inode == other.inode && size == other.size &&
         mtime.tv_sec == other.mtime.tv_sec &&
         mtime.tv_nsec == other.mtime.tv_nsec;
}

SqliteSnapshot::Stamp SqliteSnapshot::StampOf(const std::string& path) {
  struct stat st;
  if (stat(path.c_str(), &st) != 0) return {};
  return {true, st.st_ino, st.st_size, st.st_mtim};
}

absl::Status SqliteSnapshot::Error(absl::string_view what) const {
  return absl::FailedPreconditionError(absl::StrCat(
      "'", file_, "': ", what, ": ",
      db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_.get())));
}

// Opening alone reads nothing: the first query tells.
absl::Status SqliteSnapshot::OpenUri(const std::string& path,
                                     const char* parameters) {
  sqlite3* db = nullptr;
  const int opened =
      sqlite3_open_v2(UriOf(path, parameters).c_str(), &db,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, nullptr);
  db_.reset(db);
  if (opened == SQLITE_OK) sqlite3_busy_timeout(db, kBusyMilliseconds);
  if (opened != SQLITE_OK ||
      sqlite3_exec(db, "SELECT count(*) FROM sqlite_master", nullptr, nullptr,
                   nullptr) != SQLITE_OK) {
    return Error("cannot be read as a database");
  }
  return absl::OkStatus();
}

absl::Status SqliteSnapshot::OpenCopy() {
  ScratchDirectory scratch;
  RELOC_RETURN_IF_ERROR(scratch.Create());
  RELOC_RETURN_IF_ERROR(CopyFile(file_, scratch.database()));
  RELOC_RETURN_IF_ERROR(CopyFile(file_ + "-wal", scratch.database() + "-wal"));
  return OpenUri(scratch.database(), "mode=rw");
}

absl::StatusOr<SqliteSnapshot> SqliteSnapshot::Open(const std::string& file) {
  SqliteSnapshot s;
  s.file_ = file;
  // SQLite says "unable to open database file" to every errno.
  const Fd readable(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!readable.ok()) {
    return ErrnoError(errno, absl::StrCat("cannot open '", file, "'"));
  }
  s.database_ = StampOf(file);
  s.wal_ = StampOf(file + "-wal");
  const bool journal = StampOf(file + "-journal").size > 0;
  if (s.wal_.size == 0 && !journal) {
    RELOC_RETURN_IF_ERROR(s.OpenUri(file, "mode=ro&immutable=1"));
  } else if ((journal || StampOf(file + "-shm").exists) &&
             s.OpenUri(file, "mode=ro").ok()) {
    s.locked_ = true;
  } else if (journal) {
    return s.Error("cannot be read as a database");
  } else {
    RELOC_RETURN_IF_ERROR(s.OpenCopy());
  }
  return s;
}

absl::Status SqliteSnapshot::CheckUnchanged() const {
  if (locked_ ||
      (database_ == StampOf(file_) && wal_ == StampOf(file_ + "-wal"))) {
    return absl::OkStatus();
  }
  return absl::AbortedError(
      absl::StrCat("'", file_, "': was written to while it was read"));
}

}  // namespace relocatable
