#include "pack/host/link_hops.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "pack/host/merged_usr.h"

namespace relocatable {
namespace {

constexpr int kMaxLinks = 40;  // of the kernel: MAXSYMLINKS

// The first component of `rest`, which loses it.
std::string TakeComponent(std::string& rest) {
  const size_t start = rest.find_first_not_of('/');
  if (start == std::string::npos) {
    rest.clear();
    return "";
  }
  const size_t end = std::min(rest.find('/', start), rest.size());
  std::string component = rest.substr(start, end - start);
  rest.erase(0, end);
  return component;
}

absl::Status Nothing(absl::string_view path, const std::string& at,
                     const std::string& rest) {
  const std::string missing = absl::StrCat(at, rest);
  if (missing == path) {
    return absl::NotFoundError(absl::StrCat("'", path, "' does not exist"));
  }
  return absl::NotFoundError(absl::StrCat("'", path, "' leads to '", missing,
                                          "', which does not exist"));
}

absl::Status Follow(const GuestRoot& root, absl::string_view path,
                    LinkHops& hops) {
  std::string at;  // resolved so far; "" is the root
  std::string rest(path);
  int links = 0;
  for (std::string name = TakeComponent(rest); !name.empty();
       name = TakeComponent(rest)) {
    if (name == ".") continue;
    if (name == "..") {
      at.erase(at.empty() ? 0 : at.rfind('/'));
      continue;
    }
    std::string here = absl::StrCat(at, "/", name);
    struct stat st;
    if (lstat(root.HostPath(here).c_str(), &st) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return Nothing(path, here, rest);
      return ErrnoError(errno, absl::StrCat("cannot read '", here, "'"));
    }
    if (!S_ISLNK(st.st_mode)) {
      at = std::move(here);
      continue;
    }
    if (++links > kMaxLinks) {
      return ErrnoError(ELOOP, absl::StrCat("cannot read '", path, "'"));
    }
    RELOC_ASSIGN_OR_RETURN(const std::string text, root.LinkText(here));
    if (!(at.empty() && IsMergedDirectory(name))) hops.links.push_back(here);
    if (absl::StartsWith(text, "/")) at.clear();
    rest = absl::StrCat(text, rest);
  }
  hops.end = at.empty() ? "/" : std::move(at);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LinkHops> FollowLinks(const GuestRoot& root,
                                     absl::string_view path) {
  LinkHops hops;
  RELOC_RETURN_IF_ERROR(Follow(root, path, hops));
  return hops;
}

std::vector<std::string> LinksTowards(const GuestRoot& root,
                                      absl::string_view path) {
  LinkHops hops;
  Follow(root, path, hops).IgnoreError();
  return std::move(hops.links);
}

}  // namespace relocatable
