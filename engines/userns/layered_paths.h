// engines/userns/layered_paths.h - what a layered view (layered_view.h) keeps
// for itself, in a directory that the host does not have.
#ifndef ENGINES_USERNS_LAYERED_PATHS_H_
#define ENGINES_USERNS_LAYERED_PATHS_H_

namespace relocatable::userns {

// Where all of it is; listed in "/" like any other name.
constexpr char kOwn[] = "/.relocatable";
// The host's root as it was, from which every further view is built.
constexpr char kOwnHost[] = "/.relocatable/host";
// The layer: the pack's files at their guest paths.
constexpr char kOwnPack[] = "/.relocatable/pack";
// A link whose text is the path of the pack's names, PACK/bin.
constexpr char kOwnNames[] = "/.relocatable/names";
// This binary, which takes a program to the other view, under this name.
constexpr char kOwnBinary[] = "/.relocatable/relocatable";
constexpr char kCrossing[] = "/.relocatable/cross";
// A link to "/": a program started through it stays in the view it is in.
constexpr char kStay[] = "/.relocatable/stay";
// A link whose text says whose view this is.
constexpr char kSide[] = "/.relocatable/side";
constexpr char kPackedSide[] = "pack";
constexpr char kHostSide[] = "host";
// An empty file, to cover one that is not to be seen.
constexpr char kOwnNothing[] = "/.relocatable/nothing";
// What the names of the changed dynamic linkers (linker/linker.h) begin with,
// by side: "/.relocatable/pack-ld-linux-x86-64.so.2".
constexpr char kLinkerOfPack[] = "/.relocatable/pack-";
constexpr char kLinkerOfHost[] = "/.relocatable/host-";

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_LAYERED_PATHS_H_
