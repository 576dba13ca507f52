#include "engines/userns/testing/lab.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/files.h"

namespace relocatable {
namespace {

namespace fs = std::filesystem;

void Check(bool ok, const std::string& what) {
  if (ok) return;
  std::perror(what.c_str());
  std::abort();
}

}  // namespace

Lab::Lab() {
  char name[] = "/tmp/relocatable-lab.XXXXXX";
  Check(mkdtemp(name) != nullptr, name);
  dir_ = name;
  Check(chmod(name, 0755) == 0, name);
}

Lab::~Lab() {
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
}

std::string Lab::Install(const std::string& target) const {
  const std::string to = Path(fs::path(target).filename());
  fs::copy_file(target, to, fs::copy_options::overwrite_existing);
  Check(chmod(to.c_str(), 0755) == 0, to);
  return to;
}

std::string Lab::MakeDir(const std::string& below) const {
  const std::string path = Path(below);
  const mode_t mask = umask(022);
  fs::create_directories(path);
  umask(mask);
  return path;
}

std::string Lab::MakeFile(const std::string& below, const std::string& text,
                          mode_t mode) const {
  MakeDir(fs::path(below).parent_path());
  Check(WriteFile(Path(below), text, mode).ok(), below);
  return Path(below);
}

Finished RunAsUser(const std::vector<std::string>& argv, RunOptions options) {
  if (getuid() == 0) options.uid = kOrdinaryUser;
  if (options.cwd.empty()) options.cwd = "/";
  return RunProgram(argv, options);
}

}  // namespace relocatable
