// pack/nar.h - the archive whose hash a store knows an item by.
//
// A NAR holds what counts of an item and nothing else: names in byte order,
// contents, link texts and whether a file may be executed; no times, owners or
// other modes (E. Dolstra, "The Purely Functional Software Deployment Model",
// figure 5.2). Its SHA-256 and size are in the store's database.
#ifndef PACK_NAR_H_
#define PACK_NAR_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pack/tree_walk.h"

namespace relocatable {

// Takes the next bytes of the archive; they may be cut anywhere.
using NarSink = absl::FunctionRef<void(absl::string_view)>;

// Writes the NAR of the host's tree `root`, without what `keep` says no to.
// Errors name the file; one that grows or shrinks while it is read is one.
absl::Status WriteNar(const std::string& root, TreeFilter keep, NarSink sink);

}  // namespace relocatable

#endif  // PACK_NAR_H_
