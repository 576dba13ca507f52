// cli/progress.h - a bar that says how far a long job has come.
//
//   packing [=======>        ]  45 %  120.3 MiB of 266.1 MiB  310.2 MiB/s  0:01
//
// For a terminal that a person looks at, and for nothing else: a file, a pipe
// or TERM=dumb gets not a byte. It has no colours, so NO_COLOR asks for
// nothing.
#ifndef CLI_PROGRESS_H_
#define CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace relocatable {

// Whether `fd` is a terminal that can rewrite a line, by the value of TERM
// (nullptr: it is not set).
bool CanShowProgress(int fd, const char* term);

// The line after `seconds`, at most `width` characters; the bar takes what the
// words leave, or is left out. `total` is an estimate and may be exceeded.
std::string ProgressLine(absl::string_view act, uint64_t done, uint64_t total,
                         double seconds, size_t width);

class Progress {
 public:
  // Draws on `fd`; it is a terminal. `act`: "packing".
  Progress(int fd, std::string act, uint64_t total);
  // Clears the line.
  ~Progress();
  Progress(const Progress&) = delete;

  // `bytes` more are done. Draws ten times a second at most.
  void Add(uint64_t bytes);

 private:
  using Clock = std::chrono::steady_clock;

  const int fd_;
  const std::string act_;
  const uint64_t total_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = start_;
  uint64_t done_ = 0;
  bool drawn_ = false;
};

}  // namespace relocatable

#endif  // CLI_PROGRESS_H_
