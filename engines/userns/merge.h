// engines/userns/merge.h - one tree made of the host's and a layer's, directory
// by directory, by what works and is right for each:
//
//   only one side has it, or the layer adds nothing    a bind mount of that
//   side both, below /usr or in /etc                        a read-only overlay
//   both, elsewhere, or the kernel makes no overlay    a tmpfs, in which each
//     of it (mounts inside, overlays over overlays,    entry of both is mounted
//     before Linux 5.11)
//   both, and the user may write there                 the host's; files of the
//                                                      layer over files
//
// Nothing may keep what the user writes from the host: a writable directory
// that needs names which only the layer has cannot be shown, and is refused.
#ifndef ENGINES_USERNS_MERGE_H_
#define ENGINES_USERNS_MERGE_H_

#include "engines/userns/report.h"

namespace relocatable::userns {

// Fills the empty root: kOwnHost and kOwnPack are there (layered_paths.h). For
// the pack's programs as OrderAt() says, else the host and in /usr/bin and its
// like what only the layer has. `privileged` as for BuildLayered().
bool MergeRoot(bool packed, bool privileged, Report& report);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_MERGE_H_
