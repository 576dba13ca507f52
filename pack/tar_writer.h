// pack/tar_writer.h - a pack as a tar archive.
//
// The archive holds one directory, the pack; its bytes depend on the plan, the
// directory's name and the options alone.
#ifndef PACK_TAR_WRITER_H_
#define PACK_TAR_WRITER_H_

#include <string>

#include "absl/status/status.h"
#include "pack/plan.h"
#include "pack/sink.h"
#include "pack/write_options.h"

namespace relocatable {

// Writes the pack called `top` to `sink` and finishes it. A file that shrinks
// or grows while it is read is an error that names it.
absl::Status WriteTar(const Plan& plan, const std::string& top,
                      const WriteOptions& options, Sink& sink);

}  // namespace relocatable

#endif  // PACK_TAR_WRITER_H_
