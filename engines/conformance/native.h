// engines/conformance/native.h - the machine of the native runs: the store is
// where it belongs.
#ifndef ENGINES_CONFORMANCE_NATIVE_H_
#define ENGINES_CONFORMANCE_NATIVE_H_

#include <string>

namespace relocatable {

// Gives this process a mount namespace of its own whose root has all that the
// host's has but /gnu, and `store`, read-only, at /gnu/store ("": no /gnu). The
// host is not touched. With root's rights nothing else changes; without, it
// takes a user namespace that maps only the caller's own ids.
//
// For a forked child: the working directory is lost. `empty` is a directory to
// mount on. Returns "", or what could not be done and why.
std::string EnterNativeView(const std::string& store, const std::string& empty);

}  // namespace relocatable

#endif  // ENGINES_CONFORMANCE_NATIVE_H_
