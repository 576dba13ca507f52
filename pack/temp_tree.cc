#include "pack/temp_tree.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/files.h"

namespace relocatable {
namespace {

void Check(bool done, absl::string_view act, const std::string& path) {
  if (done) return;
  perror(absl::StrCat("TempTree: cannot ", act, " ", path).c_str());
  abort();
}

}  // namespace

TempTree::TempTree(absl::string_view top) {
  if (top.empty()) {
    const char* const of_test = getenv("TEST_TMPDIR");
    top = of_test != nullptr ? of_test : "/tmp";
  }
  root_ = absl::StrCat(top, "/treeXXXXXX");
  Check(mkdtemp(root_.data()) != nullptr, "create", root_);
  Check(chmod(root_.c_str(), 0755) == 0, "chmod", root_);
}

TempTree::~TempTree() {
  namespace fs = std::filesystem;
  std::error_code ignored;
  for (auto i = fs::recursive_directory_iterator(root_, ignored);
       i != fs::recursive_directory_iterator(); i.increment(ignored)) {
    if (i->is_directory(ignored) && !i->is_symlink(ignored)) {
      fs::permissions(i->path(), fs::perms::owner_all, ignored);
    }
  }
  fs::remove_all(root_, ignored);
}

std::string TempTree::Path(absl::string_view relative) const {
  return absl::StrCat(root_, "/", relative);
}

std::string TempTree::Dir(absl::string_view relative, int mode) {
  const std::string path = Path(relative);
  std::error_code error;
  std::filesystem::create_directories(path, error);
  Check(!error, "create", path);
  Check(chmod(path.c_str(), mode) == 0, "chmod", path);
  return path;
}

std::string TempTree::File(absl::string_view relative,
                           absl::string_view content, int mode) {
  const std::string path = Path(relative);
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      error);
  Check(WriteFile(path, content, mode).ok(), "write", path);
  return path;
}

std::string TempTree::Link(absl::string_view relative, absl::string_view text) {
  const std::string path = Path(relative);
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      error);
  Check(symlink(std::string(text).c_str(), path.c_str()) == 0, "link", path);
  return path;
}

std::string TempTree::HardLink(absl::string_view relative,
                               absl::string_view existing) {
  const std::string path = Path(relative);
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      error);
  Check(link(Path(existing).c_str(), path.c_str()) == 0, "link", path);
  return path;
}

}  // namespace relocatable
