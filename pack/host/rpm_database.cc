#include "pack/host/rpm_database.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pack/host/plain_database.h"
#include "pack/host/query_output.h"

namespace relocatable {
namespace {

// Since Fedora 36 and in openSUSE; before.
constexpr absl::string_view kPlaces[] = {"/usr/lib/sysimage/rpm",
                                         "/var/lib/rpm"};
constexpr absl::string_view kFiles[] = {"rpmdb.sqlite", "Packages.db",
                                        "Packages"};

// A letter, and what the rest of the line is.
constexpr char kFormat[] =
    "N%{NAME}\\n"
    "V%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\n"
    "A%{ARCH}\\n"
    "[R%{REQUIRENAME}\\n]"
    "[P%{PROVIDENAME}\\n]"
    "[F%{FILENAMES}\\n]";

// Where rpm's database lies, as a host path; "" if there is none.
std::string FindDatabase(const GuestRoot& root) {
  for (const absl::string_view place : kPlaces) {
    std::string directory = root.HostPath(place);
    for (const absl::string_view file : kFiles) {
      if (access(absl::StrCat(directory, "/", file).c_str(), F_OK) == 0) {
        return directory;
      }
    }
  }
  return "";
}

// Abilities of rpm itself, and "(x if y)", which rpm has settled.
bool IsForRpm(absl::string_view need) {
  return absl::StartsWith(need, "rpmlib(") || absl::StartsWith(need, "(");
}

void AddLine(absl::string_view line, std::vector<PlainPackage>& packages) {
  if (line.empty()) return;
  std::string value(line.substr(1));
  if (line[0] == 'N') packages.emplace_back();
  if (packages.empty()) return;
  PlainPackage& now = packages.back();
  switch (line[0]) {
    case 'N':
      now.package.name = std::move(value);
      break;
    case 'V':
      now.package.version = std::move(value);
      break;
    case 'A':
      now.package.architecture = std::move(value);
      break;
    case 'R':
      if (!IsForRpm(value)) now.needs.push_back(std::move(value));
      break;
    case 'P':
      now.provides.push_back(std::move(value));
      break;
    case 'F':
      now.files.push_back(std::move(value));
      break;
    default:
      break;
  }
}

// Of packages of one name the one for this processor is meant: it comes first.
void SortByArchitecture(std::vector<PlainPackage>& packages) {
  struct utsname machine;
  uname(&machine);
  std::stable_partition(packages.begin(), packages.end(),
                        [&machine](const PlainPackage& package) {
                          return package.package.architecture ==
                                 machine.machine;
                        });
}

}  // namespace

absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenRpmDatabase(
    const GuestRoot& root) {
  const std::string directory = FindDatabase(root);
  if (directory.empty()) return std::unique_ptr<PackageDatabase>();
  const absl::StatusOr<std::string> list =
      QueryOutput({"rpm", "--dbpath", directory, "-qa", "--qf", kFormat});
  if (absl::IsNotFound(list.status())) {
    return std::unique_ptr<PackageDatabase>();
  }
  if (!list.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("'", directory, "': ", list.status().message(),
                     " ('rpm --rebuilddb' may repair it)"));
  }
  std::vector<PlainPackage> packages;
  for (absl::string_view line : absl::StrSplit(*list, '\n')) {
    AddLine(line, packages);
  }
  SortByArchitecture(packages);
  return std::make_unique<PlainDatabase>("rpm", "'rpm -V' says what is wrong",
                                         std::move(packages));
}

}  // namespace relocatable
