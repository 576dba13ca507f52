#include "pack/tar_writer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/status_macros.h"
#include "pack/changed.h"
#include "pack/interrupt.h"
#include "pack/tar_header.h"

namespace relocatable {
namespace {

class TarWriter {
 public:
  TarWriter(const std::string& top, const WriteOptions& options, Sink& sink)
      : top_(absl::StrCat(top, "/")), options_(options), sink_(sink) {}

  absl::Status WriteTop() {
    return Write(EncodeTarHeader({.path = top_,
                                  .type = TarHeader::kDirectory,
                                  .mode = 0755,
                                  .mtime = options_.time}));
  }

  absl::Status WriteEntry(const PlanEntry& entry) {
    RELOC_RETURN_IF_ERROR(CheckInterrupted());
    // The file first: what cannot be opened gets no header.
    Fd file;
    if (entry.type == PlanEntry::kFile && !entry.literal) {
      RELOC_ASSIGN_OR_RETURN(file, OpenPlanEntry(entry));
    }
    RELOC_RETURN_IF_ERROR(Write(Header(entry)));
    if (entry.type != PlanEntry::kFile) return absl::OkStatus();
    RELOC_RETURN_IF_ERROR(entry.literal ? Write(entry.content)
                                        : CopyFile(file.get(), entry));
    return PadTo(kTarBlock);
  }

  // Two blocks of zeros end an archive.
  absl::Status WriteEnd() {
    RELOC_RETURN_IF_ERROR(Write(std::string(2 * kTarBlock, '\0')));
    RELOC_RETURN_IF_ERROR(PadTo(kTarRecord));
    return sink_.Finish();
  }

 private:
  std::string Header(const PlanEntry& entry) const {
    std::string path = absl::StrCat(top_, entry.path);
    std::string link(entry.link);
    TarHeader header = {.mode = entry.mode,
                        .mtime = EntryTime(options_, entry)};
    switch (entry.type) {
      case PlanEntry::kDirectory:
        header.type = TarHeader::kDirectory;
        path += '/';
        break;
      case PlanEntry::kFile:
        header.type = TarHeader::kFile;
        header.size = entry.size;
        break;
      case PlanEntry::kSymlink:
        header.type = TarHeader::kSymlink;
        header.mode = 0777;  // as lstat(2) gives it
        break;
      case PlanEntry::kHardLink:
        header.type = TarHeader::kHardLink;
        link = absl::StrCat(top_, entry.link);
        break;
    }
    header.path = path;
    header.link = link;
    return EncodeTarHeader(header);
  }

  absl::Status CopyFile(int fd, const PlanEntry& entry) {
    for (uint64_t left = entry.size; left > 0;) {
      RELOC_RETURN_IF_ERROR(CheckInterrupted());
      RELOC_ASSIGN_OR_RETURN(absl::Span<char> space, sink_.Space());
      const ssize_t got =
          read(fd, space.data(), std::min<uint64_t>(space.size(), left));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        return ErrnoError(errno,
                          absl::StrCat("cannot read '", entry.source, "'"));
      }
      if (got == 0)
        return ChangedError(entry.source, entry.size, entry.size - left);
      sink_.Commit(got);
      written_ += got;
      left -= got;
      if (options_.progress) options_.progress(got);
    }
    return CheckUnchanged(fd, entry.source, entry.size);
  }

  absl::Status Write(absl::string_view data) {
    written_ += data.size();
    return sink_.Write(data);
  }

  absl::Status PadTo(uint64_t unit) {
    const uint64_t over = written_ % unit;
    return over == 0 ? absl::OkStatus() : Write(std::string(unit - over, '\0'));
  }

  const std::string top_;
  const WriteOptions& options_;
  Sink& sink_;
  uint64_t written_ = 0;
};

}  // namespace

absl::Status WriteTar(const Plan& plan, const std::string& top,
                      const WriteOptions& options, Sink& sink) {
  TarWriter writer(top, options, sink);
  RELOC_RETURN_IF_ERROR(writer.WriteTop());
  RELOC_RETURN_IF_ERROR(WalkPlan(
      plan, [&](const PlanEntry& entry) { return writer.WriteEntry(entry); }));
  return writer.WriteEnd();
}

}  // namespace relocatable
