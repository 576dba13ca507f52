#include "pack/nar.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "base/subprocess.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

bool Everything(absl::string_view) { return true; }

std::string NarOf(const std::string& path, TreeFilter keep = Everything) {
  std::string nar;
  const absl::Status status = WriteNar(
      path, keep,
      [&](absl::string_view piece) { nar.append(piece.data(), piece.size()); });
  return status.ok() ? nar : std::string(status.message());
}

// Nix is the authority on what a NAR is.
std::string NixNarOf(const std::string& path) {
  const Finished nix = RunProgram({"nix-store", "--dump", path});
  return nix.status == 0 ? nix.out : nix.err;
}

TEST(Nar, IsWhatNixMakes) {
  TempTree t;
  t.File("d/empty", "");
  t.File("d/eight", "12345678");
  t.File("d/run", "#!/bin/sh\n", 0755);
  t.File("d/group", "x", 0654);  // executable to Nix only if to its owner
  t.File("d/a-b", "");
  t.File("d/a/b", std::string(600 * 1024, 'x'));
  t.File("d/\xc3\xa4", "");
  t.Dir("d/none");
  t.Link("d/link", "a/b");
  for (const char* path : {"d", "d/eight", "d/link", "d/run"}) {
    EXPECT_EQ(Sha256Of(NarOf(t.Path(path))), Sha256Of(NixNarOf(t.Path(path))))
        << path;
  }
  EXPECT_EQ(NarOf(t.Path("d/eight")), NixNarOf(t.Path("d/eight")));
}

TEST(Nar, LeavesOutWhatIsNotKept) {
  TempTree t;
  t.File("whole/keep", "x");
  t.File("whole/drop/y", "y");
  t.File("kept/keep", "x");
  EXPECT_EQ(NarOf(t.Path("whole"),
                  [](absl::string_view path) { return path != "drop"; }),
            NarOf(t.Path("kept")));
}

TEST(Nar, NamesWhatItCannotRead) {
  EXPECT_EQ(NarOf("/nonexistent"),
            "cannot read '/nonexistent': No such file or directory");
  // The size of a file in /proc is 0, and then there is content after all.
  EXPECT_EQ(NarOf("/proc/version").substr(0, 44),
            "'/proc/version': changed while it was read (");
}

}  // namespace
}  // namespace relocatable
