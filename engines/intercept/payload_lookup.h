// engines/intercept/payload_lookup.h - paths of the payload, answered from
// memory (engines/view/payload_index.h).
//
// The index tells what the pack was made of; the pack's directory may have been
// changed since. So that something is absent, or a link, is believed of
// a directory only after a look at it: its time of change is that of a payload
// nobody has touched, and everybody may search it. Each process looks once at
// each directory it needs. A pack whose times were not kept (`cp -r`) has no
// such directory, and is served by the kernel's answers alone.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_PAYLOAD_LOOKUP_H_
#define ENGINES_INTERCEPT_PAYLOAD_LOOKUP_H_

#include <stddef.h>

#include "base/bare/str.h"

namespace relocatable {

// Answers from the `size` bytes at `index` from now on (they must stay), for
// the session's view. What is no index: from none.
void UsePayloadIndex(const void* index, size_t size);

// What the plain absolute guest path `path` is, by the index: -1 if it does not
// know; ENOENT or ENOTDIR; or 0: there probably is a file, the kernel knows. If
// links lead to it, `instead` is its path without them (without the last one,
// unless `follow`); else it is empty.
int LookUpInPayload(bare::Str path, bool follow, bare::Buffer& instead);

// Whether a path that was found is certainly no link, nor behind one: its
// directory is as it was packed.
bool IsIntactInPayload(bare::Str path);

// Whether the pack says of the program at guest path `path`, which is at
// `host`, that its ld.so can start it (PayloadIndexSlot::kStartedByLoader).
bool IsStartedByLoader(bare::Str path, bare::Str host);

// What the index says that a layer (engines/view/layer.h) has at the plain
// absolute guest path `path`. `merged` is set to its path there, without links
// (without the last one, unless `follow`).
enum class Packed { kUnknown, kNothing, kFile, kDirectory, kLink };
Packed LookUpInLayer(bare::Str path, bool follow, bare::Buffer& merged);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PAYLOAD_LOOKUP_H_
