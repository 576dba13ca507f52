// One test per rule of search_musl.h, named after it: real files in a folder,
// and our answer held against that of a copy of this machine's musl ld.so,
// which looks for its list of folders beside itself.
#include "elf/search_musl.h"

#include <elf.h>

#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "elf/closure.h"
#include "elf/elf_builder.h"
#include "elf/file_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kMusl[] = "/lib/ld-musl-x86_64.so.1";

// "NAME => PATH" or "NAME => not found" of each library, without the loader.
using Listing = std::set<std::string>;

// In all texts, @ is the folder.
class Musl : public ::testing::Test {
 protected:
  Musl() {
    char folder[] = "/tmp/search.XXXXXX";
    root_ = mkdtemp(folder);
    std::filesystem::create_directories(root_ + "/lib");
    std::filesystem::copy_file(kMusl, loader_());
  }
  ~Musl() override { std::filesystem::remove_all(root_); }

  std::string loader_() const { return root_ + "/lib/ld-musl-x86_64.so.1"; }
  std::string Here(const std::string& text) const {
    return absl::StrReplaceAll(text, {{"@", root_}});
  }
  void AddText(const std::string& path, const std::string& text) {
    const std::string here = Here(path);
    std::filesystem::create_directories(Dirname(here));
    ASSERT_TRUE(WriteFile(here, text, 0755).ok()) << here;
  }
  void Add(const std::string& path, ElfBuilder file = {}) {
    for (std::string& s : file.needed) s = Here(s);
    if (file.rpath) file.rpath = Here(*file.rpath);
    if (file.runpath) file.runpath = Here(*file.runpath);
    AddText(path, file.Build().bytes);
  }
  void AddProgram(ElfBuilder file) {
    file.interpreter = loader_();
    Add("@/bin/prog", file);
  }

  // What musl lists; why it gave up on a library goes to errors_.
  Listing Theirs() {
    RunOptions options{.cwd = root_, .set_env = true};
    if (!library_path_.empty()) {
      options.env.push_back("LD_LIBRARY_PATH=" + Here(library_path_));
    }
    const Finished f =
        RunProgram({loader_(), "--list", Here("@/bin/prog")}, options);
    Listing listing;
    for (absl::string_view line : absl::StrSplit(f.out, '\n')) {
      line = absl::StripPrefix(line, "\t");
      line = line.substr(0, line.rfind(" (0x"));
      if (absl::StrContains(line, " => ") &&
          !absl::StrContains(line, loader_())) {
        listing.insert(std::string(line));
      }
    }
    // Error loading shared library NAME: REASON (needed by FILE)
    errors_ = f.err;
    for (absl::string_view line : absl::StrSplit(f.err, '\n')) {
      if (!absl::ConsumePrefix(&line, "Error loading shared library ")) {
        continue;
      }
      listing.insert(
          absl::StrCat(line.substr(0, line.find(": ")), " => not found"));
    }
    return listing;
  }

  Closure OurClosure() {
    const HostTree tree;
    return *ComputeClosure(
        tree, Here("@/bin/prog"),
        {.search = {.library_path = Here(library_path_), .cwd = root_}});
  }

  Listing Ours() {
    const Closure closure = OurClosure();
    Listing listing;
    for (const Requirement& r : closure.requirements) {
      if (r.object == 1) continue;
      listing.insert(absl::StrCat(
          r.name, " => ",
          r.object < 0 ? "not found" : closure.objects[r.object].found.path));
    }
    return listing;
  }

  template <typename... Lines>
  void Expect(const Lines&... lines) {
    const Listing expected = {Here(lines)...};
    EXPECT_EQ(Theirs(), expected) << "musl: " << errors_;
    EXPECT_EQ(Ours(), expected) << "ours";
  }

  std::string root_, library_path_, errors_;
};

TEST_F(Musl, LibcAndItsPartsAreTheLoader) {
  AddProgram({.needed = {"libc.so.6", "libpthread.so.0", "libm.so"}});
  Expect();
  AddProgram({.needed = {"libresolv.so.2"}});
  Expect("libresolv.so.2 => not found");
}

TEST_F(Musl, LibraryPathComesBeforeRpathAndRunpath) {
  library_path_ = "@/l";
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a"});
  Add("@/a/liba.so");
  Add("@/l/liba.so");
  Expect("liba.so => @/l/liba.so");
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a"});
  Expect("liba.so => @/l/liba.so");
}

TEST_F(Musl, RunpathCountsWhereThereAreBoth) {
  AddProgram({.needed = {"liba.so"}, .rpath = "@/a", .runpath = "@/b"});
  Add("@/a/liba.so");
  Add("@/b/liba.so");
  Expect("liba.so => @/b/liba.so");
}

TEST_F(Musl, BothAreInheritedFromAllAbove) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a"});
  Add("@/a/liba.so", {.needed = {"libb.so"}, .rpath = "@/b"});
  Add("@/b/libb.so", {.needed = {"libd.so", "libe.so"}});
  Add("@/b/libd.so");
  Add("@/a/libe.so");
  Expect("liba.so => @/a/liba.so", "libb.so => @/b/libb.so",
         "libd.so => @/b/libd.so", "libe.so => @/a/libe.so");
}

TEST_F(Musl, FoldersAreSeparatedByColonsAndNewlines) {
  AddProgram({.needed = {"liba.so", "libb.so"}, .runpath = "::@/a\n@/b:"});
  Add("@/a/liba.so");
  Add("@/b/libb.so");
  Expect("liba.so => @/a/liba.so", "libb.so => @/b/libb.so");
}

TEST_F(Musl, AnEmptyFolderIsNotTheCurrentOne) {
  AddProgram({.needed = {"liba.so"}, .runpath = ":"});
  Add("@/liba.so");
  Expect("liba.so => not found");
}

TEST_F(Musl, OriginIsTheOnlyToken) {
  AddProgram({.needed = {"liba.so", "libb.so"},
              .runpath = "$ORIGIN/../a:${ORIGIN}/../b"});
  Add("@/a/liba.so");
  Add("@/b/libb.so");
  Expect("liba.so => @/bin/../a/liba.so", "libb.so => @/bin/../b/libb.so");
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a:@/$LIB"});
  Expect("liba.so => not found");
}

TEST_F(Musl, ANameWithASlashIsAPath) {
  AddProgram({.needed = {"@/a/liba.so"}});
  Add("@/a/liba.so");
  Expect("@/a/liba.so => @/a/liba.so");
}

TEST_F(Musl, TheListOfFoldersLiesBesideTheLoader) {
  AddProgram({.needed = {"liba.so"}});
  Add("@/x/liba.so");
  Expect("liba.so => not found");
  AddText("@/etc/ld-musl-x86_64.path", Here("@/none\n@/x\n"));
  Expect("liba.so => @/x/liba.so");
}

TEST_F(Musl, ANameFoundOnceIsKnownFromThenOn) {
  AddProgram({.needed = {"liba.so", "libb.so"}, .runpath = "@/a"});
  Add("@/a/liba.so", {.soname = "libother.so"});
  Add("@/a/libb.so", {.needed = {"liba.so"}, .runpath = "@/b"});
  Add("@/b/liba.so");
  Expect("liba.so => @/a/liba.so", "libb.so => @/a/libb.so");
}

TEST_F(Musl, TheFirstFileOfTheNameIsTakenBrokenOrNot) {
  AddProgram({.needed = {"liba.so"}, .runpath = "@/a:@/b"});
  AddText("@/a/liba.so", "no library");
  Add("@/b/liba.so");
  Theirs();
  EXPECT_THAT(errors_, HasSubstr("Error loading shared library liba.so: Exec "
                                 "format error"));
  EXPECT_EQ(OurClosure().requirements[0].problem,
            Here("'@/a/liba.so': is not an ELF file"));
}

}  // namespace
}  // namespace relocatable
