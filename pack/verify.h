// pack/verify.h - whether a pack still is what its manifest says.
#ifndef PACK_VERIFY_H_
#define PACK_VERIFY_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "pack/manifest.h"

namespace relocatable {

// Told of each difference as it is found: a path below the pack, and what is
// the matter with it: "root/gnu/store/…-hello", "is missing".
using DifferenceSink =
    absl::FunctionRef<void(absl::string_view path, absl::string_view what)>;

// Reads all of the pack in the host's directory `pack` and compares
//   each item         by the hash of its NAR
//   launch, relocatable and the like, by size and SHA-256
//   each name         is it a link to the pack's binary?
// and looks for items beside those of the manifest. Changes nothing, and is
// safe with any bytes. What cannot be read is a difference too.
void VerifyPack(const std::string& pack, const Manifest& manifest,
                DifferenceSink sink);

}  // namespace relocatable

#endif  // PACK_VERIFY_H_
