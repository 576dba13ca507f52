// engines/intercept/layered.h - the quick way for paths that a layer may hold
// (engines/view/layer.h): one look into the layer.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_LAYERED_H_
#define ENGINES_INTERCEPT_LAYERED_H_

#include "base/bare/str.h"
#include "engines/intercept/translate.h"

namespace relocatable {

enum class InLayer {
  kPlace,    // there, and `place` is filled in
  kNot,      // the host's: the kernel may be asked
  kPerhaps,  // the exact way knows
};

// Whether the layer has what `request` means by the guest path `guest`, which
// is plain and has no slash at its end. For programs that see the layer.
InLayer LookInLayer(bare::Str guest, const PathRequest& request, Place& place);

// The exact way by the index alone, if it knows: true, and `place` filled in.
bool ResolveInLayer(const PathRequest& request, Place& place);

// Whether what the kernel did not find on the host may be the layer's.
bool MayBeInLayer(const PathRequest& request);

// Whether `place` is a library of the host in a directory where dynamic linkers
// look for libraries. The layer's own one may not load such: it was made for
// another libc. (Name service modules, /etc/nsswitch.conf being the host's.)
bool IsForeignLibrary(const PathRequest& request, const Place& place);

// After a readlink of `place` that gave the first `size` bytes of `text`: a
// pack's name ("PACK/bin/gcc", a link to this binary) is shown as a link to the
// packed program of that name. Programs look for their parts beside where their
// own name leads. The size that the text has now, cut at `capacity`.
long ShowNameLink(const PathRequest& request, const Place& place, char* text,
                  long size, size_t capacity);

// Whether `fd` is open on a file of the layer, for a program that sees it.
bool IsOpenInLayer(long fd);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_LAYERED_H_
