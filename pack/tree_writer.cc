#include "pack/tree_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/status_macros.h"
#include "pack/block_sink.h"
#include "pack/copy_pool.h"
#include "pack/fd_sink.h"
#include "pack/file_copy.h"
#include "pack/interrupt.h"

namespace relocatable {
namespace {

// Follows the entries of a plan, which go through its directories depth first:
// the open directories are those on the way to the current entry. A directory
// gets its mode, which forbids writing, when the entries leave it.
class TreeWriter {
 public:
  TreeWriter(const std::string& name, const WriteOptions& options)
      : name_(name), options_(options), pool_(HelperThreads()) {}

  absl::Status Open(const std::string& dir) {
    Fd fd(open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.ok()) return Error("open", "");
    open_.push_back({std::move(fd), "", 0755, options_.time});
    return absl::OkStatus();
  }

  absl::Status WriteEntry(const PlanEntry& entry) {
    RELOC_RETURN_IF_ERROR(CheckInterrupted());
    RELOC_RETURN_IF_ERROR(LeaveAllBut(entry.path));
    const size_t skip = open_.back().path.size();
    const std::string name(entry.path.substr(skip == 0 ? 0 : skip + 1));
    switch (entry.type) {
      case PlanEntry::kDirectory:
        return WriteDirectory(entry, name);
      case PlanEntry::kFile:
        return entry.literal ? WriteContent(entry, name)
                             : WriteFile(entry, name);
      case PlanEntry::kSymlink:
        return WriteSymlink(entry, name);
      case PlanEntry::kHardLink:
        return WriteHardLink(entry, name);
    }
    return absl::InternalError("an entry without a type");
  }

  absl::Status Finish() {
    RELOC_RETURN_IF_ERROR(pool_.Finish());
    while (!open_.empty()) RELOC_RETURN_IF_ERROR(Leave());
    return absl::OkStatus();
  }

 private:
  struct Directory {
    Fd fd;
    std::string path;  // below the pack; "" for the pack itself
    uint32_t mode;
    int64_t time;
  };

  int parent() const { return open_.back().fd.get(); }

  std::string Target(absl::string_view path) const {
    return path.empty() ? name_ : absl::StrCat(name_, "/", path);
  }

  absl::Status Error(absl::string_view act, absl::string_view path) const {
    return ErrnoError(errno,
                      absl::StrCat("cannot ", act, " '", Target(path), "'"));
  }

  absl::Status Leave() {
    Directory& top = open_.back();
    RELOC_RETURN_IF_ERROR(
        SealFile(std::move(top.fd), top.mode, top.time, Target(top.path)));
    open_.pop_back();
    return absl::OkStatus();
  }

  // The pack itself is left last, by Finish().
  absl::Status LeaveAllBut(absl::string_view path) {
    while (open_.size() > 1 && !IsBelow(path, open_.back().path)) {
      RELOC_RETURN_IF_ERROR(Leave());
    }
    return absl::OkStatus();
  }

  absl::Status WriteDirectory(const PlanEntry& entry, const std::string& name) {
    if (mkdirat(parent(), name.c_str(), 0700) != 0) {
      return Error("create", entry.path);
    }
    Fd fd(openat(parent(), name.c_str(),
                 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.ok()) return Error("open", entry.path);
    open_.push_back({std::move(fd), std::string(entry.path), entry.mode,
                     EntryTime(options_, entry)});
    return absl::OkStatus();
  }

  absl::StatusOr<Fd> Create(const PlanEntry& entry, const std::string& name) {
    Fd fd(openat(parent(), name.c_str(),
                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.ok()) return Error("create", entry.path);
    return fd;
  }

  absl::Status WriteContent(const PlanEntry& entry, const std::string& name) {
    RELOC_ASSIGN_OR_RETURN(Fd fd, Create(entry, name));
    const std::string target = Target(entry.path);
    RELOC_RETURN_IF_ERROR(WriteInterruptibly(fd.get(), entry.content,
                                             absl::StrCat("'", target, "'")));
    return SealFile(std::move(fd), entry.mode, EntryTime(options_, entry),
                    target);
  }

  absl::Status WriteFile(const PlanEntry& entry, const std::string& name) {
    FileCopy copy = {.size = entry.size,
                     .mode = entry.mode,
                     .time = EntryTime(options_, entry),
                     .source = std::string(entry.source),
                     .target = Target(entry.path)};
    RELOC_ASSIGN_OR_RETURN(copy.in, OpenPlanEntry(entry));
    RELOC_ASSIGN_OR_RETURN(copy.out, Create(entry, name));
    RELOC_RETURN_IF_ERROR(pool_.Add(std::move(copy)));
    if (options_.progress) options_.progress(entry.size);
    return absl::OkStatus();
  }

  absl::Status WriteSymlink(const PlanEntry& entry, const std::string& name) {
    if (symlinkat(std::string(entry.link).c_str(), parent(), name.c_str()) !=
        0) {
      return Error("create", entry.path);
    }
    const int64_t time = EntryTime(options_, entry);
    const timespec times[2] = {{time, 0}, {time, 0}};
    if (utimensat(parent(), name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) {
      return Error("set the time of", entry.path);
    }
    return absl::OkStatus();
  }

  absl::Status WriteHardLink(const PlanEntry& entry, const std::string& name) {
    if (linkat(open_.front().fd.get(), std::string(entry.link).c_str(),
               parent(), name.c_str(), 0) != 0) {
      return Error("create", entry.path);
    }
    return absl::OkStatus();
  }

  const std::string name_;
  const WriteOptions& options_;
  std::vector<Directory> open_;
  CopyPool pool_;
};

}  // namespace

absl::Status WriteTree(const Plan& plan, const std::string& dir,
                       const std::string& name, const WriteOptions& options) {
  TreeWriter writer(name, options);
  RELOC_RETURN_IF_ERROR(writer.Open(dir));
  RELOC_RETURN_IF_ERROR(WalkPlan(
      plan, [&](const PlanEntry& entry) { return writer.WriteEntry(entry); }));
  return writer.Finish();
}

}  // namespace relocatable
