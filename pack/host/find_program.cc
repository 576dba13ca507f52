#include "pack/host/find_program.h"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/suggest.h"
#include "pack/host/link_hops.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

std::vector<absl::string_view> DirectoriesOf(absl::string_view path) {
  std::vector<absl::string_view> directories;
  for (absl::string_view directory : absl::StrSplit(path, ':')) {
    if (absl::StartsWith(directory, "/")) directories.push_back(directory);
  }
  return directories;
}

bool IsExecutable(const std::string& host) {
  struct stat st;
  return stat(host.c_str(), &st) == 0 && S_ISREG(st.st_mode) &&
         access(host.c_str(), X_OK) == 0;
}

// A link called `word` that leads to nothing, and where to; or OK.
absl::Status DanglingLink(const GuestRoot& root, absl::string_view path,
                          const std::string& word) {
  for (absl::string_view directory : DirectoriesOf(path)) {
    const std::string file = absl::StrCat(directory, "/", word);
    struct stat st;
    if (lstat(root.HostPath(file).c_str(), &st) != 0) continue;
    const absl::StatusOr<LinkHops> hops = FollowLinks(root, file);
    if (absl::IsNotFound(hops.status())) return hops.status();
  }
  return absl::OkStatus();
}

std::vector<std::string> ProgramsIn(const GuestRoot& root,
                                    absl::string_view path) {
  std::vector<std::string> names;
  for (absl::string_view directory : DirectoriesOf(path)) {
    const auto here = ListDirectory(root.HostPath(directory));
    if (here.ok()) names.insert(names.end(), here->begin(), here->end());
  }
  return names;
}

std::string NearestPackage(const PackageDatabase& database,
                           const std::string& word) {
  std::vector<std::string> names;
  for (const Package& package : database.packages()) {
    names.push_back(package.name);
  }
  return Nearest(word, names);
}

// What the user may have meant; "" if there is nothing like it.
std::string Hint(const GuestRoot& root, absl::string_view path,
                 const PackageDatabase* database, const std::string& word) {
  constexpr absl::string_view kOther = "/usr/sbin:/sbin:/usr/games";
  std::string package;
  if (database != nullptr) {
    package = database->Find(word) != kNoPackage
                  ? word
                  : NearestPackage(*database, word);
  }
  if (package == word) {
    return absl::StrCat("; '", database->kind(), ":", word,
                        "' is a package that is installed");
  }
  if (access(word.c_str(), F_OK) == 0) {
    return absl::StrCat("; './", word, "' is a file that lies here");
  }
  const std::string other = FindInPath(root, kOther, word);
  if (!other.empty()) return absl::StrCat("; there is '", other, "'");
  const std::string program = DidYouMean(word, ProgramsIn(root, path));
  if (!program.empty() || package.empty()) return program;
  return absl::StrCat("; did you mean the package '", database->kind(), ":",
                      package, "'?");
}

absl::Status NoSuchProgram(const GuestRoot& root, absl::string_view path,
                           const PackageDatabase* database,
                           const std::string& word) {
  return absl::NotFoundError(absl::StrCat("'", word,
                                          "': no program in PATH is called so",
                                          Hint(root, path, database, word)));
}

}  // namespace

std::vector<std::string> AllInPath(const GuestRoot& root,
                                   absl::string_view path,
                                   absl::string_view word) {
  std::vector<std::string> files;
  for (absl::string_view directory : DirectoriesOf(path)) {
    std::string file = absl::StrCat(directory, "/", word);
    // Links of another root cannot be left to the kernel.
    const absl::StatusOr<LinkHops> hops = FollowLinks(root, file);
    if (hops.ok() && IsExecutable(root.HostPath(hops->end))) {
      files.push_back(std::move(file));
    }
  }
  return files;
}

std::string FindInPath(const GuestRoot& root, absl::string_view path,
                       absl::string_view word) {
  if (word.empty()) return "";
  if (absl::StrContains(word, '/')) return std::string(word);
  const std::vector<std::string> files = AllInPath(root, path, word);
  return files.empty() ? "" : files[0];
}

absl::StatusOr<std::string> FindProgram(const GuestRoot& root,
                                        absl::string_view path,
                                        const PackageDatabase* database,
                                        const std::string& word) {
  std::string file = FindInPath(root, path, word);
  if (!file.empty()) return file;
  if (absl::Status s = DanglingLink(root, path, word); !s.ok()) return s;
  return NoSuchProgram(root, path, database, word);
}

}  // namespace relocatable
