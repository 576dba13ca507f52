#include "pack/sqlite_snapshot.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr uid_t kNobody = 65534;

void Execute(sqlite3* db, const char* sql) {
  char* error = nullptr;
  if (sqlite3_exec(db, sql, nullptr, nullptr, &error) == SQLITE_OK) return;
  fprintf(stderr, "%s: %s\n", sql, error);
  abort();
}

// A database with the row 1 in its file and the row 2 in its wal, whose writer
// died; or (kClosed) one that holds both, whose writer closed it.
enum class State { kClosed, kDied, kDiedWithoutShm, kRollbackJournal };

std::string MakeDatabase(TempTree& t, State state) {
  const std::string file = t.Path("db.sqlite");
  const pid_t child = fork();
  if (child == 0) {
    sqlite3* db = nullptr;
    sqlite3_open(file.c_str(), &db);
    if (state != State::kRollbackJournal)
      Execute(db, "PRAGMA journal_mode = WAL");
    Execute(db, "CREATE TABLE t(x); INSERT INTO t VALUES (1)");
    if (state != State::kRollbackJournal) {
      Execute(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
    Execute(db, "INSERT INTO t VALUES (2)");
    if (state == State::kClosed || state == State::kRollbackJournal) {
      sqlite3_close(db);
    }
    kill(getpid(), SIGKILL);
  }
  waitpid(child, nullptr, 0);
  if (state == State::kDiedWithoutShm) unlink((file + "-shm").c_str());
  return file;
}

// The number of rows a snapshot sees, or what went wrong.
std::string Rows(const std::string& file) {
  absl::StatusOr<SqliteSnapshot> snapshot = SqliteSnapshot::Open(file);
  if (!snapshot.ok()) return std::string(snapshot.status().message());
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(snapshot->db(), "SELECT count(*) FROM t", -1, &statement,
                     nullptr);
  std::string rows = "?";
  if (sqlite3_step(statement) == SQLITE_ROW) {
    rows = absl::StrCat(sqlite3_column_int(statement, 0));
  }
  sqlite3_finalize(statement);
  if (!snapshot->CheckUnchanged().ok()) rows += " (changed)";
  return rows;
}

// Rows() as an ordinary user, who may not write beside the database.
std::string RowsAsNobody(const std::string& file) {
  int pipe_fds[2];
  if (pipe(pipe_fds) != 0) abort();
  const pid_t child = fork();
  if (child == 0) {
    if (getuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) {
      abort();
    }
    const std::string rows = Rows(file);
    if (write(pipe_fds[1], rows.data(), rows.size()) < 0) abort();
    _exit(0);
  }
  close(pipe_fds[1]);
  char text[500];
  const ssize_t size = read(pipe_fds[0], text, sizeof(text));
  close(pipe_fds[0]);
  waitpid(child, nullptr, 0);
  return std::string(text, size > 0 ? size : 0);
}

// What stands beside a database: names and sizes.
std::map<std::string, uintmax_t> Files(const TempTree& t) {
  std::map<std::string, uintmax_t> files;
  for (const auto& f : std::filesystem::directory_iterator(t.root())) {
    files[f.path().filename()] = f.file_size();
  }
  return files;
}

class SqliteSnapshotOf : public ::testing::TestWithParam<State> {};

TEST_P(SqliteSnapshotOf, SeesEveryRowAndLeavesNoTrace) {
  TempTree t("/tmp");
  const std::string file = MakeDatabase(t, GetParam());
  const auto before = Files(t);
  EXPECT_EQ(Rows(file), "2");
  EXPECT_EQ(Files(t), before);
  ASSERT_EQ(chmod(t.root().c_str(), 0555), 0);
  EXPECT_EQ(RowsAsNobody(file), "2");
  EXPECT_EQ(Files(t), before);
}

INSTANTIATE_TEST_SUITE_P(States, SqliteSnapshotOf,
                         ::testing::Values(State::kClosed, State::kDied,
                                           State::kDiedWithoutShm,
                                           State::kRollbackJournal),
                         [](const ::testing::TestParamInfo<State>& i) {
                           switch (i.param) {
                             case State::kClosed:
                               return "Closed";
                             case State::kDied:
                               return "Died";
                             case State::kDiedWithoutShm:
                               return "DiedWithoutShm";
                             case State::kRollbackJournal:
                               return "RollbackJournal";
                           }
                           return "?";
                         });

TEST(SqliteSnapshot, SaysIfAWriterCameInBetween) {
  TempTree t;
  const std::string file = MakeDatabase(t, State::kClosed);
  absl::StatusOr<SqliteSnapshot> snapshot = SqliteSnapshot::Open(file);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_TRUE(snapshot->CheckUnchanged().ok());
  sqlite3* writer = nullptr;
  sqlite3_open(file.c_str(), &writer);
  Execute(writer, "INSERT INTO t VALUES (3)");
  EXPECT_EQ(snapshot->CheckUnchanged(),
            absl::AbortedError(absl::StrCat(
                "'", file, "': was written to while it was read")));
  sqlite3_close(writer);
}

TEST(SqliteSnapshot, TheCopyLeavesNothingInTmpdir) {
  TempTree t, scratch;
  const std::string file = MakeDatabase(t, State::kDiedWithoutShm);
  setenv("TMPDIR", scratch.root().c_str(), 1);
  absl::StatusOr<SqliteSnapshot> snapshot = SqliteSnapshot::Open(file);
  EXPECT_TRUE(std::filesystem::is_empty(scratch.root()));
  EXPECT_TRUE(snapshot.ok());
  setenv("TMPDIR", "/nonexistent", 1);
  EXPECT_EQ(std::string(SqliteSnapshot::Open(file).status().message()),
            "cannot create a directory in '/nonexistent' for a copy of the "
            "database: No such file or directory");
  unsetenv("TMPDIR");
}

TEST(SqliteSnapshot, PathsMayHoldAnything) {
  TempTree t;
  const std::string file = MakeDatabase(t, State::kClosed);
  const std::string odd = t.Path("a?b#c%41 d.sqlite");
  std::filesystem::rename(file, odd);
  EXPECT_EQ(Rows(odd), "2");
}

TEST(SqliteSnapshot, NamesWhatItCannotRead) {
  TempTree t;
  EXPECT_EQ(Rows("/nonexistent/db"),
            "cannot open '/nonexistent/db': No such file or directory");
  const std::string text = t.File("text", std::string(5000, 'x'));
  EXPECT_EQ(Rows(text), absl::StrCat("'", text,
                                     "': cannot be read as a database: file is "
                                     "not a database"));
  EXPECT_THAT(Rows(t.root()), HasSubstr("cannot be read as a database"));
}

}  // namespace
}  // namespace relocatable
