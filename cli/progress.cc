#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/files.h"
#include "cli/human.h"

namespace relocatable {
namespace {

constexpr absl::string_view kClearLine = "\r\033[K";
constexpr auto kInterval = std::chrono::milliseconds(100);

size_t Width(int fd) {
  winsize size = {};
  const bool known = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

// "[===>   ]" of `width` characters.
std::string Bar(double part, size_t width) {
  const size_t inside = width - 2;
  const size_t full = static_cast<size_t>(part * inside);
  std::string bar(full, '=');
  if (full < inside) bar += '>';
  bar.resize(inside, ' ');
  return absl::StrCat("[", bar, "]");
}

}  // namespace

bool CanShowProgress(int fd, const char* term) {
  const absl::string_view name = term == nullptr ? "" : term;
  return !name.empty() && name != "dumb" && isatty(fd);
}

std::string ProgressLine(absl::string_view act, uint64_t done, uint64_t total,
                         double seconds, size_t width) {
  const double part =
      total == 0 ? 1 : std::min(1.0, static_cast<double>(done) / total);
  const double rate = seconds > 0 ? done / seconds : 0;
  const double left = rate > 0 ? (total - part * total) / rate : -1;
  const std::string words = absl::StrFormat(
      "%3d %%  %s of %s  %s/s  %s left", static_cast<int>(part * 100),
      HumanBytes(done), HumanBytes(total),
      HumanBytes(static_cast<uint64_t>(rate)), HumanSeconds(left));
  std::string line = absl::StrCat(act, " ");
  constexpr size_t kLeastBar = 10;
  const size_t taken = line.size() + words.size() + 1;
  if (taken + kLeastBar <= width) {
    absl::StrAppend(&line, Bar(part, std::min<size_t>(width - taken, 40)), " ");
  }
  line += words;
  return line.substr(0, width);
}

Progress::Progress(int fd, std::string act, uint64_t total)
    : fd_(fd), act_(std::move(act)), total_(total) {}

Progress::~Progress() {
  if (drawn_) WriteAll(fd_, kClearLine, "the terminal").IgnoreError();
}

void Progress::Add(uint64_t bytes) {
  done_ += bytes;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + kInterval;
  drawn_ = true;
  const std::chrono::duration<double> seconds = now - start_;
  // A terminal that is gone must not end the job.
  WriteAll(
      fd_,
      absl::StrCat(kClearLine, ProgressLine(act_, done_, total_,
                                            seconds.count(), Width(fd_) - 1)),
      "the terminal")
      .IgnoreError();
}

}  // namespace relocatable
