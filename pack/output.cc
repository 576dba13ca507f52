#include "pack/output.h"

#include <unistd.h>

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "pack/block_sink.h"
#include "pack/fd_sink.h"
#include "pack/gzip_format.h"
#include "pack/interrupt.h"
#include "pack/staging.h"
#include "pack/tar_writer.h"
#include "pack/tree_writer.h"
#include "pack/zstd_format.h"

namespace relocatable {
namespace {

constexpr PackFormat kFormats[] = {
    {"tree", "", 0, 0},
    {"tar", ".tar", 0, 0},
    {"tar.gz", ".tar.gz", kGzipDefaultLevel, kGzipMaxLevel},
    {"tar.zst", ".tar.zst", kZstdDefaultLevel, kZstdMaxLevel},
};

// The compressed format of `format`, or nullptr for a plain tar.
std::unique_ptr<BlockFormat> NewFormat(const PackFormat& format, int level) {
  if (level == 0) level = format.default_level;
  if (&format == &kFormats[2]) return NewGzipFormat(level);
  if (&format == &kFormats[3]) return NewZstdFormat(level);
  return nullptr;
}

absl::Status WriteArchive(const Plan& plan, const PackFormat& format, int level,
                          int fd, const std::string& name,
                          const WriteOptions& options) {
  FdSink file(fd, name);
  const std::unique_ptr<BlockFormat> blocks = NewFormat(format, level);
  if (blocks == nullptr) return WriteTar(plan, PackName(plan), options, file);
  const std::unique_ptr<Sink> sink =
      NewBlockSink(*blocks, HelperThreads(), file);
  return WriteTar(plan, PackName(plan), options, *sink);
}

absl::Status WriteToFile(const Plan& plan, const PackFormat& format, int level,
                         const std::string& output,
                         const WriteOptions& options) {
  RELOC_ASSIGN_OR_RETURN(Staging staging, Staging::File(output));
  RELOC_RETURN_IF_ERROR(WriteArchive(plan, format, level, staging.fd(),
                                     absl::StrCat("'", output, "'"), options));
  return staging.Publish();
}

absl::Status WriteToStdout(const Plan& plan, const PackFormat& format,
                           int level, const WriteOptions& options) {
  if (isatty(STDOUT_FILENO)) {
    return absl::InvalidArgumentError(
        "standard output: is a terminal (send it to a file or a pipe)");
  }
  return WriteArchive(plan, format, level, STDOUT_FILENO, "standard output",
                      options);
}

absl::Status WriteToDirectory(const Plan& plan, const std::string& output,
                              const WriteOptions& options) {
  RELOC_ASSIGN_OR_RETURN(Staging staging, Staging::Directory(output));
  RELOC_RETURN_IF_ERROR(WriteTree(plan, staging.path(), output, options));
  return staging.Publish();
}

// "/gnu/store/0123…xyz-hello-2.10" -> "hello-2.10": hashes have 32 characters.
absl::string_view ItemName(absl::string_view item) {
  constexpr size_t kHash = 32;
  absl::string_view name = item.substr(item.rfind('/') + 1);
  if (name.size() > kHash + 1 && name[kHash] == '-') {
    name.remove_prefix(kHash + 1);
  }
  return name;
}

}  // namespace

absl::Span<const PackFormat> PackFormats() { return kFormats; }

absl::StatusOr<const PackFormat*> FindPackFormat(absl::string_view name) {
  for (const PackFormat& format : kFormats) {
    if (name == format.name) return &format;
  }
  const auto append = [](std::string* out, const PackFormat& format) {
    absl::StrAppend(out, format.name);
  };
  return absl::NotFoundError(absl::StrCat(
      "no format '", name,
      "'; there are: ", absl::StrJoin(PackFormats(), ", ", append)));
}

const PackFormat& FormatOfOutput(absl::string_view output) {
  for (const PackFormat& format : kFormats) {
    if (*format.suffix != '\0' && absl::EndsWith(output, format.suffix)) {
      return format;
    }
  }
  return absl::EndsWith(output, ".tgz") ? kFormats[2] : kFormats[0];
}

std::string PackName(const Plan& plan) {
  absl::string_view source;
  if (!plan.sources.empty()) source = plan.sources[0];
  source = plan.origin == Origin::kStore
               ? ItemName(source)
               : source.substr(source.find_last_of("/:") + 1);
  return source.empty() ? "pack" : absl::StrCat(source, "-pack");
}

absl::Status CheckOutput(const PackFormat& format, absl::string_view output) {
  if (output != "-" || format.suffix[0] != '\0') return absl::OkStatus();
  return absl::InvalidArgumentError(
      "a tree cannot go to standard output (-f tar, tar.gz or tar.zst can)");
}

absl::Status WritePack(const Plan& plan, const PackFormat& format, int level,
                       const std::string& output, const WriteOptions& options) {
  RELOC_RETURN_IF_ERROR(CheckOutput(format, output));
  if (output == "-") return WriteToStdout(plan, format, level, options);
  if (format.suffix[0] == '\0') return WriteToDirectory(plan, output, options);
  return WriteToFile(plan, format, level, output, options);
}

}  // namespace relocatable
