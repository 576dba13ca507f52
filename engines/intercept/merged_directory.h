// engines/intercept/merged_directory.h - a directory that the host and a layer
// both have (engines/view/layer.h), listed as one.
//
// It is open on the host's. Behind the host's entries come those that only the
// layer has; how far a reader has come there is kept by the kernel, as the
// descriptor's offset, so that seekdir(3), dup(2) and fork(2) mean what they
// always mean.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_MERGED_DIRECTORY_H_
#define ENGINES_INTERCEPT_MERGED_DIRECTORY_H_

#include "base/bare/str.h"
#include "engines/intercept/call.h"

namespace relocatable {

// The layer's side of the directory open as `fd`, for a program that sees the
// layer; false if it is no such directory.
bool FindLayersSide(long fd, bare::Buffer& layers);

// Whether the descriptor of the getdents `call` is behind the host's entries.
bool IsBehindHost(long fd);

// After the host's entries: the layer's, from where the descriptor stands.
long ReadLayersSide(const Call& call, const char* layers);

// After a read of `size` bytes of the host's entries: those of a name that the
// layer has too may be of another type.
void ForgetTypes(const Call& call, long size, const char* layers);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_MERGED_DIRECTORY_H_
