#include "cli/view_options.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/errno_status.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

// Splits at colons that have no backslash before them.
std::vector<std::string> SplitAtColons(absl::string_view text) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() &&
        (text[i + 1] == ':' || text[i + 1] == '\\')) {
      parts.back() += text[++i];
    } else if (text[i] == ':') {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

absl::StatusOr<std::string> Absolute(absl::string_view path) {
  if (!path.empty() && path[0] == '/') return std::string(path);
  char* cwd = get_current_dir_name();
  if (cwd == nullptr) {
    return ErrnoError(errno, absl::StrCat("cannot make '", path, "' absolute"));
  }
  std::string absolute = absl::StrCat(cwd, "/", path);
  free(cwd);
  return absolute;
}

// Whether `path` is `dir` or below it; then `rest` is "" or "/...".
bool IsBelow(absl::string_view path, absl::string_view dir,
             absl::string_view* rest) {
  *rest = path;
  if (dir == "/") return true;
  return absl::ConsumePrefix(rest, dir) && (rest->empty() || (*rest)[0] == '/');
}

}  // namespace

absl::StatusOr<std::string> NormalPath(absl::string_view path) {
  RELOC_ASSIGN_OR_RETURN(const std::string absolute, Absolute(path));
  std::vector<absl::string_view> parts;
  for (absl::string_view part :
       absl::StrSplit(absolute, '/', absl::SkipEmpty())) {
    if (part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return absl::StrCat("/", absl::StrJoin(parts, "/"));
}

absl::StatusOr<Bind> ParseBind(absl::string_view text) {
  const std::vector<std::string> parts = SplitAtColons(text);
  if (parts.size() > 3 || parts[0].empty() ||
      (parts.size() > 1 && parts[1].empty()) ||
      (parts.size() == 3 && parts[2] != "ro" && parts[2] != "layer")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", text, "' is not SRC[:DST[:ro]] (a colon in a name is '\\:')"));
  }
  Bind bind;
  struct stat st;
  if (stat(parts[0].c_str(), &st) != 0) {
    return ErrnoError(errno, absl::StrCat("cannot bind '", parts[0], "'"));
  }
  RELOC_ASSIGN_OR_RETURN(bind.host, Absolute(parts[0]));
  const std::string& guest = parts.size() > 1 ? parts[1] : parts[0];
  if (parts.size() > 1 && guest[0] != '/') {
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot bind to '", guest, "': it is not an absolute path"));
  }
  RELOC_ASSIGN_OR_RETURN(bind.guest, NormalPath(guest));
  bind.layer = parts.size() == 3 && parts[2] == "layer";
  if (bind.layer != (bind.guest == "/")) {
    return absl::InvalidArgumentError(
        "cannot bind to '/' (--root=DIR makes a directory the root)");
  }
  bind.read_only = parts.size() == 3 && !bind.layer;
  return bind;
}

std::string GuestCwd(absl::string_view cwd, absl::string_view root,
                     const std::vector<Bind>& binds) {
  absl::string_view rest;
  size_t depth = 0;
  std::string guest = "/";
  if (IsBelow(cwd, root, &rest)) {
    depth = root.size();
    if (!rest.empty()) guest = std::string(rest);
  }
  for (const Bind& bind : binds) {
    if (bind.host.size() >= depth && IsBelow(cwd, bind.host, &rest)) {
      depth = bind.host.size();
      guest = absl::StrCat(bind.guest, rest);
    }
  }
  return guest;
}

}  // namespace relocatable
