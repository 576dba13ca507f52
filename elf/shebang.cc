#include "elf/shebang.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"

namespace relocatable {
namespace {

constexpr absl::string_view kBlanks(" \t");
constexpr absl::string_view kTerminators(" \t\0", 3);
constexpr size_t kNone = absl::string_view::npos;

// The characters from `begin` up to the first NUL, at most to `end`.
std::string Text(absl::string_view buffer, size_t begin, size_t end) {
  const absl::string_view text = buffer.substr(begin, end - begin);
  return std::string(text.substr(0, text.find('\0')));
}

// Where the line ends, or kNone if the interpreter may be cut off.
size_t EndOfLine(absl::string_view buffer, size_t first) {
  const size_t newline = std::min(buffer.find('\n'), buffer.find('\0'));
  if (newline != kNone && buffer[newline] == '\n') return newline;
  if (buffer.find_first_of(kTerminators, first) == kNone) return kNone;
  return buffer.size() - 1;
}

}  // namespace

absl::StatusOr<absl::optional<Shebang>> ParseShebang(absl::string_view start) {
  if (!absl::StartsWith(start, "#!")) return absl::nullopt;
  std::string padded(start.substr(0, kShebangBuffer));
  padded.resize(kShebangBuffer);
  const absl::string_view buffer(padded);

  const size_t name = buffer.find_first_not_of(kBlanks, 2);
  const size_t line = name == kNone ? kNone : EndOfLine(buffer, name);
  if (name != kNone && line == kNone) {
    return absl::InvalidArgumentError(
        "has a #! line whose interpreter does not fit in 256 bytes");
  }
  if (name == kNone || name >= line) {
    return absl::InvalidArgumentError("has a #! line without an interpreter");
  }
  const size_t end = buffer.find_last_not_of(kBlanks, line - 1) + 1;
  const size_t name_end =
      std::min(buffer.find_first_of(kTerminators, name), end);
  Shebang shebang{.interpreter = Text(buffer, name, name_end)};
  if (buffer[name_end] == '\0' || name_end == end) return shebang;
  const size_t argument = buffer.find_first_not_of(kBlanks, name_end);
  if (argument <= end) shebang.argument = Text(buffer, argument, end);
  return shebang;
}

}  // namespace relocatable
