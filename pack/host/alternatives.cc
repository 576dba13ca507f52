#include "pack/host/alternatives.h"

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

// Debian's, and that of Red Hat's own program of this name.
constexpr absl::string_view kFolders[] = {"/var/lib/dpkg/alternatives",
                                          "/var/lib/alternatives"};

}  // namespace

std::vector<Alternative> ParseAlternatives(absl::string_view word,
                                           absl::string_view text) {
  std::vector<Alternative> found;
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  for (size_t i = 1; i < lines.size() && !lines[i].empty(); i += 2) {
    if (absl::StartsWith(lines[i], "/") && !absl::StrContains(word, '/')) {
      found.push_back({std::string(word), std::string(lines[i])});
    }
    if (i + 1 < lines.size()) word = lines[i + 1];
  }
  return found;
}

absl::StatusOr<std::vector<Alternative>> ReadAlternatives(
    const GuestRoot& root) {
  std::vector<Alternative> all;
  for (const absl::string_view folder : kFolders) {
    const std::string path = root.HostPath(folder);
    if (access(path.c_str(), R_OK | X_OK) != 0) continue;
    RELOC_ASSIGN_OR_RETURN(const auto words, ListDirectory(path));
    for (const std::string& word : words) {
      const auto text = ReadFile(absl::StrCat(path, "/", word));
      if (!text.ok()) continue;
      for (Alternative& alternative : ParseAlternatives(word, *text)) {
        all.push_back(std::move(alternative));
      }
    }
  }
  return all;
}

}  // namespace relocatable
