// pack/string_sink.h - a sink for tests: what it was given, as a string.
#ifndef PACK_STRING_SINK_H_
#define PACK_STRING_SINK_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "pack/sink.h"

namespace relocatable {

class StringSink : public Sink {
 public:
  // Little space, so that writers meet its end often.
  explicit StringSink(size_t space = 3) : space_(space, '\0') {}

  absl::StatusOr<absl::Span<char>> Space() override {
    if (bytes.size() >= full_at) return absl::ResourceExhaustedError("full");
    return absl::MakeSpan(space_.data(), space_.size());
  }
  void Commit(size_t size) override { bytes.append(space_, 0, size); }
  absl::Status Finish() override {
    ++finished;
    return absl::OkStatus();
  }

  std::string bytes;
  size_t full_at = ~size_t{0};  // an error from this many bytes on
  int finished = 0;             // calls of Finish()

 private:
  std::string space_;
};

}  // namespace relocatable

#endif  // PACK_STRING_SINK_H_
