#include "pack/store_path.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace relocatable {
namespace {

// Nix's limit; longer ones could not be had from a store.
constexpr size_t kMaxNameSize = 211;

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(c) ||
         absl::string_view("+-._?=").find(c) != absl::string_view::npos;
}

bool IsNormal(absl::string_view path) {
  return !path.empty() && path[0] == '/' &&
         path.find("//") == absl::string_view::npos &&
         path.find("/./") == absl::string_view::npos &&
         path.find("/../") == absl::string_view::npos;
}

}  // namespace

bool IsStoreName(absl::string_view name) {
  if (name.size() < kHashPartSize + 2 || name[kHashPartSize] != '-' ||
      name.size() > kHashPartSize + 1 + kMaxNameSize) {
    return false;
  }
  const absl::string_view hash = name.substr(0, kHashPartSize);
  const absl::string_view rest = name.substr(kHashPartSize + 1);
  return std::all_of(hash.begin(), hash.end(),
                     [](unsigned char c) { return kIsHashCharacter[c]; }) &&
         std::all_of(rest.begin(), rest.end(), IsNameCharacter);
}

bool SplitStorePath(absl::string_view path, absl::string_view& prefix,
                    absl::string_view& name) {
  const size_t slash = path.rfind('/');
  if (!IsNormal(path) || slash == 0 || !IsStoreName(path.substr(slash + 1))) {
    return false;
  }
  prefix = path.substr(0, slash);
  name = path.substr(slash + 1);
  return true;
}

absl::string_view ItemOfPath(absl::string_view path) {
  size_t start = 0;
  while (start < path.size()) {
    size_t end = path.find('/', start + 1);
    if (end == absl::string_view::npos) end = path.size();
    absl::string_view prefix, name;
    if (SplitStorePath(path.substr(0, end), prefix, name)) {
      return path.substr(0, end);
    }
    start = end;
  }
  return {};
}

}  // namespace relocatable
