// The decoder against objdump, over all code of real files: the C library in
// hand-written and compiled code with every vector extension, the dynamic
// loader, C++, Python, git, and Go's linker.
#include <elf.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "engines/intercept/decode_x86_64.h"
#include "gtest/gtest.h"

namespace relocatable::x86_64 {
namespace {

struct Line {
  unsigned long address = 0;
  std::vector<uint8_t> bytes;
  std::string text;
};

// "  4011f6:\tf3 0f 1e fa          \tendbr64"
bool ParseLine(const char* line, Line& parsed) {
  char* end;
  parsed = Line();
  parsed.address = strtoul(line, &end, 16);
  if (end == line || strncmp(end, ":\t", 2) != 0) return false;
  const char* p = end + 2;
  while (isxdigit(p[0]) && isxdigit(p[1]) && p[2] == ' ') {
    parsed.bytes.push_back(strtoul(p, nullptr, 16));
    p += 3;
  }
  while (*p == ' ' || *p == '\t') ++p;
  parsed.text = p;
  return !parsed.bytes.empty();
}

// A line on which objdump prints prefixes that it could not attach to what
// follows, although a processor does.
bool OnlyPrefixes(const std::string& text) {
  static const char* const kPrefixes[] = {
      "rex", "data16", "addr32", "lock", "repz", "repnz", "rep",     "bnd",
      "cs",  "ds",     "es",     "ss",   "fs",   "gs",    "xacquire"};
  size_t at = 0;
  while (at < text.size()) {
    size_t end = text.find_first_of(" \n", at);
    if (end == std::string::npos) end = text.size();
    std::string word = text.substr(at, end - at);
    if (word.rfind("rex.", 0) == 0) word = "rex";
    bool known = word.empty();
    for (const char* prefix : kPrefixes) known = known || word == prefix;
    if (!known) return false;
    at = end + 1;
  }
  return true;
}

bool Agrees(const Line& line) {
  const Insn insn = Decode(line.bytes.data(), line.bytes.size());
  if (insn.length == line.bytes.size()) return true;
  // objdump joins `fwait` and the x87 instruction behind it.
  if (line.bytes[0] == 0x9b && insn.length == 1) return true;
  return insn.length == 0 && (line.text.find("(bad)") != std::string::npos ||
                              OnlyPrefixes(line.text));
}

struct Tally {
  long lines = 0;
  long differences = 0;
};

Tally CompareWithObjdump(const std::string& file) {
  Tally tally;
  const std::string command = "objdump -dw '" + file + "' 2>/dev/null";
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"),
                                             pclose);
  char buffer[4096];
  Line line;
  while (fgets(buffer, sizeof(buffer), pipe.get()) != nullptr) {
    if (!ParseLine(buffer, line)) continue;
    ++tally.lines;
    if (Agrees(line)) continue;
    if (++tally.differences <= 5) {
      ADD_FAILURE() << file << ": " << std::hex << line.address << ": "
                    << line.text << std::dec << "objdump: " << line.bytes.size()
                    << " bytes, Decode: "
                    << int{Decode(line.bytes.data(), line.bytes.size()).length};
    }
  }
  return tally;
}

struct File {
  const char* name;
  const char* path;
  long at_least;  // instructions, so that an empty listing is no success
};

class Objdump : public ::testing::TestWithParam<File> {};

TEST_P(Objdump, AgreesOnEveryLength) {
  const Tally tally = CompareWithObjdump(GetParam().path);
  EXPECT_EQ(tally.differences, 0);
  EXPECT_GE(tally.lines, GetParam().at_least);
  RecordProperty("instructions", static_cast<int>(tally.lines));
}

INSTANTIATE_TEST_SUITE_P(
    Files, Objdump,
    ::testing::Values(
        File{"Libc", "/lib/x86_64-linux-gnu/libc.so.6", 300000},
        File{"LoaderOfPrograms", "/lib64/ld-linux-x86-64.so.2", 30000},
        File{"Libm", "/lib/x86_64-linux-gnu/libm.so.6", 100000},
        File{"LibStdCxx", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6", 200000},
        File{"Python", "/usr/bin/python3.11", 500000},
        File{"Git", "/usr/bin/git", 400000},
        File{"GoAssembler", "/usr/lib/go-1.19/pkg/tool/linux_amd64/asm",
             100000}),
    [](const ::testing::TestParamInfo<File>& info) { return info.param.name; });

}  // namespace
}  // namespace relocatable::x86_64
