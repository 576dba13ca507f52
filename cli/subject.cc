#include "cli/subject.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "cli/launch/dispatch.h"
#include "cli/launch/pack_launch.h"
#include "engines/view/layer.h"

namespace relocatable {
namespace {

absl::Status BadPack(const Dispatch& d) {
  const std::string what = absl::StrCat("'", d.pack, "/launch' ", d.problem);
  if (d.error != 0) return ErrnoError(d.error, what);
  return absl::InvalidArgumentError(what);
}

// Name `index` of the pack in `d`.
absl::StatusOr<Subject> ProgramOfPack(const Dispatch& d, uint32_t index) {
  const auto space = std::make_unique<PackLaunchSpace>();
  Launch launch;
  if (const char* problem =
          LaunchFromTable(d.table, d.pack, index, *space, launch)) {
    return absl::InvalidArgumentError(absl::StrCat("'", d.pack, "' ", problem));
  }
  Subject subject{d.pack, launch.program, {TreeMount{"/", "/"}}, false};
  for (uint32_t i = 0; i < launch.view.mount_count; ++i) {
    const Mount& mount = launch.view.mounts[i];
    subject.mounts.push_back({mount.guest, mount.host});
  }
  subject.has_layer = HasLayer(launch.view.mounts, launch.view.mount_count);
  return subject;
}

absl::StatusOr<Subject> EntryPointOf(const std::string& directory,
                                     Dispatch& d) {
  if (!FindPackDirectory(directory.c_str(), d)) {
    if (d.kind == Dispatch::kBadPack) return BadPack(d);
    return absl::InvalidArgumentError(
        absl::StrCat("'", directory,
                     "' is a directory without a file 'launch': it is no "
                     "pack"));
  }
  const uint32_t index = d.table.header().entry_point;
  if (index != kNoName) return ProgramOfPack(d, index);
  return absl::InvalidArgumentError(absl::StrCat(
      "'", directory, "' has no entry point; name one of its programs, as in '",
      directory, "/bin/NAME'"));
}

}  // namespace

std::string CurrentDirectory() {
  char cwd[PATH_MAX];
  return getcwd(cwd, sizeof(cwd)) != nullptr ? cwd : "/";
}

std::string CurrentLibraryPath() {
  const char* const variable = getenv("LD_LIBRARY_PATH");
  return variable != nullptr ? variable : "";
}

absl::StatusOr<Subject> FindSubject(const std::string& operand) {
  const auto d = std::make_unique<Dispatch>();
  struct stat st;
  if (stat(operand.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) {
    return EntryPointOf(operand, *d);
  }
  if (!FindPackLink(operand.c_str(), *d)) {
    return Subject{"",
                   Absolute(CurrentDirectory(), operand),
                   {TreeMount{"/", "/"}},
                   false};
  }
  if (d->kind == Dispatch::kBadPack) return BadPack(*d);
  if (d->kind == Dispatch::kProgram) return ProgramOfPack(*d, d->name);
  return absl::NotFoundError(absl::StrCat(
      "the pack '", d->pack, "' has no program '", d->called, "'"));
}

}  // namespace relocatable
