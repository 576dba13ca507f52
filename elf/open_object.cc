#include "elf/open_object.h"

#include <elf.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

namespace relocatable {
namespace {

Attempt Broken(const std::string& path, const absl::Status& why) {
  return {.outcome = Attempt::Outcome::kBroken,
          .problem = absl::FailedPreconditionError(
              absl::StrCat("'", path, "': ", why.message()))};
}

// open_verify() of glibc's elf/dl-load.c. The ABI tag is not looked at, as
// since glibc 2.36: all kernels that run us are newer than any tag.
bool IsForOtherPrograms(const ElfFile& file, const ElfFile& program) {
  return file.header.is_64 != program.header.is_64 ||
         file.header.machine != program.header.machine;
}

absl::Status CheckLibrary(const ElfFile& file, const ElfFile& program) {
  if (file.header.order != program.header.order) {
    return absl::InvalidArgumentError("has the other byte order");
  }
  if (file.header.os_abi != ELFOSABI_SYSV &&
      file.header.os_abi != ELFOSABI_GNU) {
    return absl::InvalidArgumentError(absl::StrCat(
        "is for ELF system ", file.header.os_abi, " (ld.so takes 0 and 3)"));
  }
  if (file.header.type != ET_DYN && file.header.type != ET_EXEC) {
    return absl::InvalidArgumentError("is neither library nor program");
  }
  return absl::OkStatus();
}

}  // namespace

Attempt OpenObject(const FileTree& tree, const std::string& cwd,
                   const std::string& path, const ElfFile& program) {
  const std::string absolute = Absolute(cwd, path);
  const absl::StatusOr<FileNode> node = tree.Stat(absolute);
  if (!node.ok()) {
    const bool absent = absl::IsNotFound(node.status()) ||
                        absl::IsPermissionDenied(node.status());
    return {.outcome =
                absent ? Attempt::Outcome::kAbsent : Attempt::Outcome::kFailed,
            .problem = node.status()};
  }
  const absl::StatusOr<std::unique_ptr<ByteSource>> source =
      tree.Open(absolute);
  if (absl::IsPermissionDenied(source.status())) {
    return {.problem = source.status()};
  }
  if (!source.ok()) {
    return {.outcome = Attempt::Outcome::kBroken, .problem = source.status()};
  }
  absl::StatusOr<ElfFile> elf = ReadElf(**source);
  if (!elf.ok()) return Broken(path, elf.status());
  Attempt attempt{.outcome = Attempt::Outcome::kOther};
  if (!IsForOtherPrograms(*elf, program)) {
    const absl::Status fits = CheckLibrary(*elf, program);
    if (!fits.ok()) return Broken(path, fits);
    attempt.outcome = Attempt::Outcome::kFound;
  }
  attempt.object.found.path = path;
  attempt.object.origin = Dirname(absolute);
  attempt.object.device = node->device;
  attempt.object.inode = node->inode;
  attempt.object.elf = std::make_shared<ElfFile>(*std::move(elf));
  return attempt;
}

}  // namespace relocatable
