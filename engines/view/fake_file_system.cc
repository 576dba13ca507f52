#include "engines/view/fake_file_system.h"

#include <cerrno>
#include <cstring>

namespace relocatable {

long FakeFileSystem::ReadLink(const FileSystem& self, const char* path,
                              char* text, size_t size) {
  const FakeFileSystem& fs = static_cast<const FakeFileSystem&>(self);
  ++fs.looks;
  const std::string whole = path;
  if (whole.empty() || whole[0] != '/') fs.fault = "not absolute: " + whole;
  std::string node = "d";
  for (size_t start = 1; start <= whole.size() && whole != "/";) {
    const size_t end = std::min(whole.find('/', start), whole.size());
    const std::string name = whole.substr(start, end - start);
    if (name.size() > 255) return -ENAMETOOLONG;
    if (node[0] == 'l') fs.fault = "through a link: " + whole;
    if (node == "f" || node == "p") return -ENOTDIR;
    if (node == "x") return -EACCES;
    if (name != ".") {
      const auto found = fs.files.find(whole.substr(0, end));
      if (found == fs.files.end()) return -ENOENT;
      node = found->second;
    }
    start = end + 1;
  }
  if (node[0] != 'l') return -EINVAL;
  const std::string target = node.substr(2);
  memcpy(text, target.data(), std::min(size, target.size()));
  return static_cast<long>(std::min(size, target.size()));
}

bool FakeFileSystem::IsProgram(const FileSystem& self, const char* path) {
  const FakeFileSystem& fs = static_cast<const FakeFileSystem&>(self);
  const auto found = fs.files.find(path);
  return found != fs.files.end() && found->second == "p";
}

}  // namespace relocatable
