#include "pack/host/file_digests.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/fd.h"
#include "base/sha256.h"

namespace relocatable {
namespace {

constexpr size_t kBuffer = 256 * 1024;

absl::Status Digest(const std::string& path, std::string& buffer,
                    PlanFile& file) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.ok())
    return ErrnoError(errno, absl::StrCat("cannot open '", path, "'"));
  Sha256 hash;
  file.size = 0;
  while (true) {
    const ssize_t got = read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return ErrnoError(errno, absl::StrCat("cannot read '", path, "'"));
    }
    if (got == 0) break;
    hash.Update(absl::string_view(buffer.data(), got));
    file.size += got;
  }
  file.sha256 = hash.Finish();
  return absl::OkStatus();
}

// What one thread does: every file that no other has taken.
absl::Status DigestSome(const GuestRoot& root, const HostFiles& files,
                        std::vector<PlanFile>& payload,
                        std::atomic<size_t>& next) {
  std::string buffer(kBuffer, '\0');
  for (size_t i = next++; i < payload.size(); i = next++) {
    PlanFile& file = payload[i];
    if (!file.link.empty()) continue;
    const std::string& guest = files.files().find(file.path)->second.guest;
    if (absl::Status s = Digest(root.HostPath(guest), buffer, file); !s.ok()) {
      next = payload.size();
      return s;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DigestFiles(const GuestRoot& root, const HostFiles& files,
                         std::vector<PlanFile>& payload) {
  const size_t helpers =
      std::min(8u, std::max(1u, std::thread::hardware_concurrency())) - 1;
  std::atomic<size_t> next{0};
  std::vector<absl::Status> statuses(helpers);
  std::vector<std::thread> threads;
  for (absl::Status& status : statuses) {
    threads.emplace_back(
        [&] { status = DigestSome(root, files, payload, next); });
  }
  absl::Status status = DigestSome(root, files, payload, next);
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& other : statuses) status.Update(other);
  return status;
}

}  // namespace relocatable
