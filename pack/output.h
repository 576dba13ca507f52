// pack/output.h - writes a plan as what the user asked for: a directory, an
// archive, or an archive on standard output.
#ifndef PACK_OUTPUT_H_
#define PACK_OUTPUT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pack/plan.h"
#include "pack/write_options.h"

namespace relocatable {

struct PackFormat {
  const char* name;    // as typed after -f
  const char* suffix;  // of a file of this format; "" for a directory
  int default_level;   // of compression; 0: there is none
  int max_level;
};

// In the order the help lists them; the first is the default.
absl::Span<const PackFormat> PackFormats();

// The format called `name`, or kNotFound with the names there are.
absl::StatusOr<const PackFormat*> FindPackFormat(absl::string_view name);

// The format that the suffix of `output` tells; that of a directory if none.
const PackFormat& FormatOfOutput(absl::string_view output);

// An error if `format` cannot be written to `output`: a tree to "-".
absl::Status CheckOutput(const PackFormat& format, absl::string_view output);

// What a pack of this plan is called: "hello-2.10-pack" for the source
// /gnu/store/…-hello-2.10. Archives hold a directory of this name whatever they
// are called themselves.
std::string PackName(const Plan& plan);

// Writes the pack to `output`, which must not exist; "-" is standard output. On
// an error, and after SIGINT, SIGTERM or SIGHUP (kCancelled), nothing is left.
// `level` 0 is the format's default.
absl::Status WritePack(const Plan& plan, const PackFormat& format, int level,
                       const std::string& output, const WriteOptions& options);

}  // namespace relocatable

#endif  // PACK_OUTPUT_H_
