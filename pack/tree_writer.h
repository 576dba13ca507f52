// pack/tree_writer.h - a pack as a directory.
#ifndef PACK_TREE_WRITER_H_
#define PACK_TREE_WRITER_H_

#include <string>

#include "absl/status/status.h"
#include "pack/plan.h"
#include "pack/write_options.h"

namespace relocatable {

// Fills the empty directory `dir` with the pack; messages call it `name`. What
// was written stays there after an error.
absl::Status WriteTree(const Plan& plan, const std::string& dir,
                       const std::string& name, const WriteOptions& options);

}  // namespace relocatable

#endif  // PACK_TREE_WRITER_H_
