#include "pack/read_pack.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "pack/launch_table.h"

namespace relocatable {
namespace {

// A pack of 20,000 items has a manifest of 40 MB.
constexpr off_t kMaxSize = 256 << 20;

absl::StatusOr<std::string> ReadRegularFile(const std::string& path) {
  struct stat st;
  if (stat(path.c_str(), &st) != 0) {
    return ErrnoError(errno, absl::StrCat("cannot open '", path, "'"));
  }
  if (!S_ISREG(st.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat("'", path, "' is no file"));
  }
  if (st.st_size > kMaxSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", path, "' is too large (", st.st_size,
                     " bytes; at most ", kMaxSize, ")"));
  }
  return ReadFile(path);
}

}  // namespace

absl::StatusOr<Manifest> ReadPackManifest(const std::string& dir) {
  const std::string path = absl::StrCat(dir, "/manifest.json");
  RELOC_ASSIGN_OR_RETURN(const std::string text, ReadRegularFile(path));
  absl::StatusOr<Manifest> manifest = ReadManifest(text);
  if (manifest.ok()) return manifest;
  return absl::Status(
      manifest.status().code(),
      absl::StrCat("'", path, "' ", manifest.status().message()));
}

absl::Status CheckPackLaunch(const std::string& dir) {
  const std::string path = absl::StrCat(dir, "/launch");
  RELOC_ASSIGN_OR_RETURN(const std::string bytes, ReadRegularFile(path));
  std::vector<uint64_t> aligned((bytes.size() + 7) / 8);
  bytes.copy(reinterpret_cast<char*>(aligned.data()), bytes.size());
  LaunchTable table;
  const char* problem = LaunchTable::Open(aligned.data(), bytes.size(), table);
  if (problem == nullptr) problem = table.Check();
  if (problem == nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("'", path, "' ", problem));
}

}  // namespace relocatable
