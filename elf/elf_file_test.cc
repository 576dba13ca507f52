// The reader as a whole: good files of every kind, and each way a field can
// lie.
#include "elf/elf_file.h"

#include <elf.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "elf/elf_builder.h"
#include "elf/machine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::StatusOr<ElfFile> Read(const Built& built) {
  return ReadElf(*MemorySource(built.bytes));
}

std::vector<std::string> Names(const DynamicSection& dynamic) {
  std::vector<std::string> names;
  for (const Dependency& d : dynamic.dependencies) names.push_back(d.name);
  return names;
}

struct ShapeCase {
  const char* name;
  bool is_64;
  ByteOrder order;
  uint16_t machine;
  const char* words;
};

class Shapes : public ::testing::TestWithParam<ShapeCase> {};

// The same content in every class and byte order.
TEST_P(Shapes, ReadTheSame) {
  const ShapeCase& c = GetParam();
  const absl::StatusOr<ElfFile> elf = Read(ElfBuilder{
      .is_64 = c.is_64,
      .order = c.order,
      .machine = c.machine,
      .interpreter = "/lib/ld.so",
      .needed = {"liba.so", "libb.so.1"},
      .soname = "libc.so.6",
      .runpath = "$ORIGIN/../lib",
      .flags_1 = DF_1_NODEFLIB,
      .version_needs = {{"liba.so", {"A_1", "A_2"}},
                        {"libc.so.6", {"GLIBC_2.34"}}},
      .version_definitions = {"libc.so.6", "V_1", "V_2"},
      .notes = {BuildId("\x01\xab")}}.Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_EQ(MachineName(elf->header), c.words);
  EXPECT_EQ(elf->kind, ElfKind::kDynamic);
  EXPECT_EQ(elf->interpreter, "/lib/ld.so");
  EXPECT_THAT(Names(elf->dynamic), ElementsAre("liba.so", "libb.so.1"));
  EXPECT_EQ(elf->dynamic.soname, "libc.so.6");
  EXPECT_EQ(elf->dynamic.runpath, "$ORIGIN/../lib");
  EXPECT_FALSE(elf->dynamic.rpath.has_value());
  EXPECT_EQ(elf->dynamic.flags_1, DF_1_NODEFLIB);
  ASSERT_EQ(elf->version_needs.size(), 3u);
  EXPECT_EQ(elf->version_needs[1].soname, "liba.so");
  EXPECT_EQ(elf->version_needs[1].version, "A_2");
  EXPECT_EQ(elf->glibc_floor()->ToString(), "2.34");
  EXPECT_THAT(elf->version_definitions, ElementsAre("V_1", "V_2"));
  EXPECT_EQ(elf->notes.build_id, "01ab");
}

INSTANTIATE_TEST_SUITE_P(
    All, Shapes,
    ::testing::Values(
        ShapeCase{"X86_64", true, ByteOrder::kLittle, EM_X86_64, "x86-64"},
        ShapeCase{"I386", false, ByteOrder::kLittle, EM_386, "i386"},
        ShapeCase{"X32", false, ByteOrder::kLittle, EM_X86_64,
                  "x86-64 with 32-bit pointers (x32)"},
        ShapeCase{"AArch64", true, ByteOrder::kLittle, EM_AARCH64, "AArch64"},
        ShapeCase{"S390x", true, ByteOrder::kBig, EM_S390, "s390x"},
        ShapeCase{"PowerPC", false, ByteOrder::kBig, EM_PPC, "PowerPC"},
        ShapeCase{"Riscv", true, ByteOrder::kLittle, EM_RISCV, "RISC-V 64"},
        ShapeCase{"Unnamed", true, ByteOrder::kLittle, 4711, "machine 4711"}),
    [](const ::testing::TestParamInfo<ShapeCase>& i) { return i.param.name; });

struct KindCase {
  const char* name;
  uint16_t type;
  const char* interpreter;
  bool dynamic;
  uint64_t flags_1;
  ElfKind kind;
};

class Kinds : public ::testing::TestWithParam<KindCase> {};

TEST_P(Kinds, AreToldApart) {
  const KindCase& c = GetParam();
  const absl::StatusOr<ElfFile> elf =
      Read(ElfBuilder{.type = c.type,
                      .interpreter = c.interpreter,
                      .dynamic = c.dynamic,
                      .flags_1 = c.flags_1}
               .Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_EQ(elf->kind, c.kind) << ElfKindWords(elf->kind);
}

INSTANTIATE_TEST_SUITE_P(
    All, Kinds,
    ::testing::Values(
        KindCase{"Pie", ET_DYN, "/ld.so", true, DF_1_PIE, ElfKind::kDynamic},
        KindCase{"Classic", ET_EXEC, "/ld.so", true, 0, ElfKind::kDynamic},
        KindCase{"Static", ET_EXEC, "", false, 0, ElfKind::kStatic},
        KindCase{"StaticPie", ET_DYN, "", true, DF_1_PIE, ElfKind::kStaticPie},
        KindCase{"Library", ET_DYN, "", true, 0, ElfKind::kSharedLibrary},
        KindCase{"Object", ET_REL, "", false, 0, ElfKind::kOther},
        KindCase{"Core", ET_CORE, "", false, 0, ElfKind::kOther}),
    [](const ::testing::TestParamInfo<KindCase>& i) { return i.param.name; });

TEST(Dynamic, TellsAnEmptyRunpathFromNone) {
  const auto elf = Read(ElfBuilder{.rpath = "/a", .runpath = ""}.Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_EQ(elf->dynamic.rpath, "/a");
  EXPECT_EQ(elf->dynamic.runpath, "");
}

TEST(Dynamic, KeepsFiltersApart) {
  const auto elf = Read(ElfBuilder{
      .needed = {"n"},
      .filters = {"f"},
      .auxiliary = {"a"}}.Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  ASSERT_EQ(elf->dynamic.dependencies.size(), 3u);
  EXPECT_EQ(elf->dynamic.dependencies[1].kind, Dependency::Kind::kFilter);
  EXPECT_EQ(elf->dynamic.dependencies[2].kind, Dependency::Kind::kAuxiliary);
}

TEST(Notes, TellKernelAndProcessor) {
  const auto elf =
      Read(ElfBuilder{.notes = {NeedsX86Level(3), AbiTag(0, 3, 2, 0)}}.Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_EQ(elf->notes.x86_level, 3);
  EXPECT_EQ(elf->notes.kernel->ToString(), "3.2");
  EXPECT_FALSE(elf->notes.other_system);
}

TEST(Notes, OfAnotherSystemNameNoKernel) {
  const auto elf = Read(ElfBuilder{.notes = {AbiTag(3, 9, 0, 0)}}.Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_FALSE(elf->notes.kernel.has_value());
  EXPECT_TRUE(elf->notes.other_system);
}

TEST(Notes, LevelsAreOfX86Only) {
  const auto elf = Read(
      ElfBuilder{.machine = EM_AARCH64, .notes = {NeedsX86Level(3)}}.Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_EQ(elf->notes.x86_level, 0);
}

TEST(Glibc, FloorKnowsDemandsThatAreNoNumbers) {
  const auto floor = [](const char* version) {
    return GlibcFloor({{"libc.so.6", "GLIBC_2.2.5"}, {"libc.so.6", version}})
        ->ToString();
  };
  EXPECT_EQ(floor("GLIBC_ABI_DT_RELR"), "2.36");
  EXPECT_EQ(floor("GLIBC_PRIVATE"), "2.2.5");
  EXPECT_EQ(floor("GLIBCXX_3.4.30"), "2.2.5");
  EXPECT_EQ(floor("GLIBC_2.10"), "2.10");
  EXPECT_FALSE(GlibcFloor({{"libz.so.1", "ZLIB_1.2.9"}}).has_value());
}

std::string GoInformation(absl::string_view version) {
  std::string info = "\xff Go buildinf:\x08\x02";
  info.resize(32);
  return info + static_cast<char>(version.size()) + std::string(version);
}

TEST(Go, IsKnownByItsBuildInformation) {
  const auto elf =
      Read(ElfBuilder{.type = ET_EXEC, .data_start = GoInformation("go1.22")}
               .Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_TRUE(elf->go.is_go);
  EXPECT_EQ(elf->go.version, "go1.22");
}

TEST(Go, IsKnownByItsNoteAlone) {
  const auto elf = Read(ElfBuilder{.notes = {{"Go", 4, "id"}}}.Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_TRUE(elf->go.is_go);
  EXPECT_EQ(elf->go.version, "");
}

TEST(Go, IsNotWhatOnlyMentionsTheMagic) {
  // Not aligned to 16: a string of a program about Go.
  const auto elf =
      Read(ElfBuilder{.data_start = "x" + GoInformation("go1.22")}.Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_FALSE(elf->go.is_go);
}

TEST(Go, AVersionThatIsCutOffIsNone) {
  std::string info = GoInformation("");
  info[32] = 100;
  const auto elf = Read(ElfBuilder{.dynamic = false, .tail = info}.Build());
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_EQ(elf->go.version, "");
}

// A file that is good but for one field.
struct LieCase {
  const char* name;
  void (*lie)(Built*);
  const char* message;
};

class Lies : public ::testing::TestWithParam<LieCase> {};

constexpr int kInterp = 2, kNote = 3, kDynamicHeader = 4;

Built GoodProgram() {
  return ElfBuilder{.interpreter = "/ld.so",
                    .needed = {"liba.so"},
                    .version_needs = {{"liba.so", {"A_1"}}},
                    .version_definitions = {"me", "M_1"},
                    .notes = {AbiTag(0, 3, 2, 0)}}
      .Build();
}

TEST_P(Lies, AreNamed) {
  Built built = GoodProgram();
  ASSERT_TRUE(Read(built).ok()) << Read(built).status();
  GetParam().lie(&built);
  EXPECT_EQ(
      std::string(Read(built).status().message()),
      absl::StrReplaceAll(
          GetParam().message,
          {{"SIZE", absl::StrCat(built.bytes.size())},
           {"STRINGS", absl::StrCat(built.strings)},
           {"NEEDS", absl::StrCat(built.bytes.size() - built.version_needs)},
           {"DEFINITIONS",
            absl::StrCat(built.bytes.size() - built.version_definitions)}}));
}

INSTANTIATE_TEST_SUITE_P(
    All, Lies,
    ::testing::Values(
        LieCase{"Empty", [](Built* b) { b->bytes.clear(); },
                "is not an ELF file"},
        LieCase{"Magic", [](Built* b) { b->Put(0, 0x23, 1); },
                "is not an ELF file"},
        LieCase{"MagicOnly", [](Built* b) { b->bytes.resize(4); },
                "ends at 4, before the end of the ELF header (16 bytes at 0)"},
        LieCase{"HalfAHeader", [](Built* b) { b->bytes.resize(60); },
                "ends at 60, before the end of the ELF header (64 bytes at 0)"},
        LieCase{"Class", [](Built* b) { b->Put(EI_CLASS, 3, 1); },
                "has ELF class 3 (known: 1 is 32-bit, 2 is 64-bit)"},
        LieCase{"ByteOrder", [](Built* b) { b->Put(EI_DATA, 0, 1); },
                "has ELF byte order 0 (known: 1 is little-endian, 2 is "
                "big-endian)"},
        LieCase{"Version", [](Built* b) { b->Put(EI_VERSION, 9, 1); },
                "has ELF version 9 (known: 1)"},
        LieCase{
            "HeaderTableOffset", [](Built* b) { b->Put(32, ~0ull, 8); },
            "ends at SIZE, before the end of the program headers (336 bytes "
            "at 18446744073709551615)"},
        LieCase{"HeaderTableCount", [](Built* b) { b->Put(56, 0xffff, 2); },
                "ends at SIZE, before the end of the program headers (3669960 "
                "bytes at 64)"},
        LieCase{"HeaderEntrySize", [](Built* b) { b->Put(54, 40, 2); },
                "has program headers of 40 bytes (should be 56)"},
        LieCase{"InterpreterTooShort",
                [](Built* b) { b->Put(b->HeaderFileSize(kInterp), 1, 8); },
                "has an interpreter path of 1 bytes (the kernel takes 2 to "
                "4096)"},
        LieCase{"InterpreterTooLong",
                [](Built* b) { b->Put(b->HeaderFileSize(kInterp), 4097, 8); },
                "has an interpreter path of 4097 bytes (the kernel takes 2 to "
                "4096)"},
        LieCase{"InterpreterWithoutNul",
                [](Built* b) { b->Put(b->HeaderFileSize(kInterp), 6, 8); },
                "has an interpreter path without a NUL at its end"},
        LieCase{"InterpreterOutside",
                [](Built* b) { b->Put(b->HeaderOffset(kInterp), 1 << 20, 8); },
                "ends at SIZE, before the end of the interpreter's path (7 "
                "bytes at 1048576)"},
        LieCase{"NoteOutside",
                [](Built* b) { b->Put(b->HeaderOffset(kNote), 1 << 20, 8); },
                "ends at SIZE, before the end of the notes (32 bytes at "
                "1048576)"},
        LieCase{"NoteNameSize", [](Built* b) { b->Put(b->notes, ~0u, 4); },
                "ends at 32, before the end of a note's name (4294967295 bytes "
                "at 12)"},
        LieCase{"NoteTextSize", [](Built* b) { b->Put(b->notes + 4, 17, 4); },
                "ends at 32, before the end of a note's text (17 bytes at 16)"},
        LieCase{"AbiTagSize", [](Built* b) { b->Put(b->notes + 4, 8, 4); },
                "ends at 8, before the end of the ABI tag (4 bytes at 8)"},
        LieCase{
            "DynamicOutside",
            [](Built* b) {
              b->Put(b->HeaderOffset(kDynamicHeader), ~0ull - 8, 8);
            },
            "ends at SIZE, before the end of the dynamic section (192 bytes "
            "at 18446744073709551607)"},
        LieCase{"StringsUnmapped",
                [](Built* b) { b->PutDynamic(DT_STRTAB, 0xdead0000); },
                "has its string table at address 0xdead0000, which no segment "
                "maps"},
        LieCase{"StringsTooLarge",
                [](Built* b) { b->PutDynamic(DT_STRSZ, ~0ull); },
                "ends at SIZE, before the end of the string table "
                "(18446744073709551615 bytes at STRINGS)"},
        LieCase{"StringsMissing", [](Built* b) { b->PutDynamic(DT_STRSZ, 0); },
                "ends at 0, before the end of a needed library's name (1 bytes "
                "at 1)"},
        LieCase{"StringsWithoutNul",
                [](Built* b) { b->PutDynamic(DT_STRSZ, 5); },
                "has no NUL behind a needed library's name at 1"},
        LieCase{"NeededOutside",
                [](Built* b) { b->PutDynamic(DT_NEEDED, 1000); },
                "ends at 20, before the end of a needed library's name (1 "
                "bytes at 1000)"},
        LieCase{"VersionNeedsUnmapped",
                [](Built* b) { b->PutDynamic(DT_VERNEED, ~0ull); },
                "has its version needs at address 0xffffffffffffffff, which no "
                "segment maps"},
        LieCase{"VersionNeedFile",
                [](Built* b) { b->Put(b->version_needs + 4, 500, 4); },
                "ends at 20, before the end of a needed version's file (1 "
                "bytes at 500)"},
        LieCase{"VersionNeedAux",
                [](Built* b) { b->Put(b->version_needs + 8, ~0u, 4); },
                "ends at NEEDS, before the end of version needs (4 bytes at "
                "4294967295)"},
        LieCase{"VersionDefinitionAux",
                [](Built* b) { b->Put(b->version_definitions + 12, ~0u, 4); },
                "ends at DEFINITIONS, before the end of version definitions (4 "
                "bytes "
                "at 4294967295)"}),
    [](const ::testing::TestParamInfo<LieCase>& i) { return i.param.name; });

TEST(Lies, VersionChainsThatNeverEndAreCutShort) {
  // 65,535 versions each, in records that overlap by all but one byte.
  Built built = GoodProgram();
  built.PutDynamic(DT_VERNEEDNUM, ~0u);
  for (int at = 0; at < 32; at += 4) built.Put(built.version_needs + at, 0, 4);
  built.Put(built.version_needs + 2, 0xffff, 2);  // vn_cnt
  built.Put(built.version_needs + 12, 1, 4);      // vn_next
  EXPECT_FALSE(Read(built).ok());
}

TEST(Lies, InASectionThatIsNotThereDoNotMatter) {
  Built built = GoodProgram();
  built.PutDynamic(DT_VERNEEDNUM, 0);
  const auto elf = Read(built);
  ASSERT_TRUE(elf.ok()) << elf.status();
  EXPECT_THAT(elf->version_needs, IsEmpty());
}

TEST(ReadElfFile, NamesTheFile) {
  EXPECT_EQ(std::string(ReadElfFile("/etc/passwd").status().message()),
            "'/etc/passwd': is not an ELF file");
  EXPECT_EQ(std::string(ReadElfFile("/nowhere").status().message()),
            "cannot open '/nowhere': No such file or directory");
}

TEST(ReadElfFile, ReadsThisMachinesPrograms) {
  const auto sh = ReadElfFile("/bin/sh");
  ASSERT_TRUE(sh.ok()) << sh.status();
  EXPECT_EQ(sh->kind, ElfKind::kDynamic);
  EXPECT_THAT(Names(sh->dynamic), ElementsAre("libc.so.6"));
  EXPECT_TRUE(sh->glibc_floor().has_value());
  EXPECT_TRUE(sh->notes.kernel.has_value());
  EXPECT_EQ(sh->notes.build_id.size(), 40u);
  EXPECT_TRUE(IsHostMachine(sh->header));
  EXPECT_FALSE(sh->go.is_go);
}

}  // namespace
}  // namespace relocatable
