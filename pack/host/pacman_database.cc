#include "pack/host/pacman_database.h"

#include <unistd.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "pack/host/plain_database.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

constexpr char kFolder[] = "/var/lib/pacman/local";
constexpr char kVersionFile[] = "ALPM_DB_VERSION";

using Sections = std::map<std::string, std::vector<std::string>>;

void ReadSections(absl::string_view text, Sections& sections) {
  std::vector<std::string>* now = nullptr;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (line.size() > 2 && line.front() == '%' && line.back() == '%') {
      now = &sections[std::string(line.substr(1, line.size() - 2))];
    } else if (line.empty()) {
      now = nullptr;
    } else if (now != nullptr) {
      now->emplace_back(line);
    }
  }
}

std::string FirstOf(Sections& sections, const char* title) {
  const std::vector<std::string>& lines = sections[title];
  return lines.empty() ? "" : lines[0];
}

absl::StatusOr<PlainPackage> ReadPackage(const std::string& folder) {
  Sections sections;
  const std::string desc = absl::StrCat(folder, "/desc");
  for (const std::string& file : {desc, absl::StrCat(folder, "/files")}) {
    RELOC_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    ReadSections(text, sections);
  }
  PlainPackage read;
  read.package.name = FirstOf(sections, "NAME");
  read.package.version = FirstOf(sections, "VERSION");
  read.package.architecture = FirstOf(sections, "ARCH");
  if (read.package.name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", desc, "': names no package"));
  }
  read.needs = std::move(sections["DEPENDS"]);
  read.provides = std::move(sections["PROVIDES"]);
  for (const std::string& file : sections["FILES"]) {
    read.files.push_back(absl::StrCat("/", absl::StripSuffix(file, "/")));
  }
  return read;
}

absl::Status CheckVersion(const std::string& file) {
  if (access(file.c_str(), F_OK) != 0) return absl::OkStatus();
  RELOC_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  const absl::string_view version = absl::StripAsciiWhitespace(text);
  if (version == "9") return absl::OkStatus();
  return absl::UnimplementedError(
      absl::StrCat("'", file, "': says that the database has version '",
                   version, "', and this program reads version 9"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenPacmanDatabase(
    const GuestRoot& root) {
  const std::string folder = root.HostPath(kFolder);
  if (access(folder.c_str(), F_OK) != 0) {
    return std::unique_ptr<PackageDatabase>();
  }
  RELOC_RETURN_IF_ERROR(CheckVersion(absl::StrCat(folder, "/", kVersionFile)));
  RELOC_ASSIGN_OR_RETURN(const auto names, ListDirectory(folder));
  std::vector<PlainPackage> packages;
  for (const std::string& name : names) {
    if (name == kVersionFile) continue;
    RELOC_ASSIGN_OR_RETURN(PlainPackage package,
                           ReadPackage(absl::StrCat(folder, "/", name)));
    packages.push_back(std::move(package));
  }
  return std::make_unique<PlainDatabase>(
      "pacman", "'pacman -S NAME' repairs it", std::move(packages));
}

}  // namespace relocatable
