#include "pack/read_pack.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bare/str.h"
#include "base/errno_status.h"
#include "base/files.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "engines/intercept/twin_index.h"
#include "engines/view/payload_index.h"
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

// Each as LaunchTable's checks: nullptr, or words that follow the file's name.
const char* CheckIndex(const LaunchTable& table) {
  const bare::Str section = table.section(table.header().index);
  if (section.empty()) return nullptr;
  PayloadIndex index;
  if (!PayloadIndex::Open(section.data, section.size, index)) {
    return "is damaged: its index of the payload does not hold together";
  }
  return index.Check();
}

const char* ReadTwins(const LaunchTable& table,
                      std::vector<TwinOfPack>& twins) {
  const bare::Str section = table.section(table.header().twins);
  if (section.empty()) return nullptr;
  TwinIndex index;
  if (!TwinIndex::Open(section.data, section.size, index)) {
    return "is damaged: its list of twins does not hold together";
  }
  for (uint32_t i = 0; i < index.count(); ++i) {
    const TwinIndexRow& row = index.row(i);
    Sha256Digest sha256;
    std::copy(std::begin(row.sha256), std::end(row.sha256), sha256.begin());
    twins.push_back({index.path(row),
                     absl::StrCat(kTwinDir, "/", ToHex(sha256)), row.size});
  }
  std::sort(twins.begin(), twins.end(),
            [](const TwinOfPack& a, const TwinOfPack& b) {
              return a.guest < b.guest;
            });
  return nullptr;
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

absl::StatusOr<PackLaunch> ReadPackLaunch(const std::string& dir) {
  const std::string path = absl::StrCat(dir, "/launch");
  RELOC_ASSIGN_OR_RETURN(const std::string bytes, ReadRegularFile(path));
  std::vector<uint64_t> aligned((bytes.size() + 7) / 8);
  bytes.copy(reinterpret_cast<char*>(aligned.data()), bytes.size());
  LaunchTable table;
  PackLaunch launch;
  const char* problem = LaunchTable::Open(aligned.data(), bytes.size(), table);
  if (problem == nullptr) problem = table.Check();
  if (problem == nullptr) problem = CheckIndex(table);
  if (problem == nullptr) problem = ReadTwins(table, launch.twins);
  if (problem == nullptr) return launch;
  return absl::InvalidArgumentError(absl::StrCat("'", path, "' ", problem));
}

}  // namespace relocatable
