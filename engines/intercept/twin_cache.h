// engines/intercept/twin_cache.h - the directory in which cached twins are kept
// (cached_twin.h), and how one is read and made there.
//
// The session says where it is. What is not the user's own, or what others may
// write, is not looked at: a twin's code is run. One file for each code, named
// after its device, inode and place, is read in one go; it is written beside,
// under a name with kBeside, which only one process at a time can make, and
// then renamed. So whoever reads sees all of it or nothing.
//
// Nothing here is seen by the program, nor fatal: without a directory, with one
// that is read-only or full, there is just no cache. A file beside that a dead
// process has left keeps others from writing until it is a minute old.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_TWIN_CACHE_H_
#define ENGINES_INTERCEPT_TWIN_CACHE_H_

#include <stdint.h>

#include "base/bare/str.h"
#include "engines/intercept/cached_twin.h"
#include "engines/intercept/map_patched.h"
#include "engines/view/resolve.h"

namespace relocatable {

class TwinCache {
 public:
  // The place for the code at `begin` of the file of `fd`.
  TwinCache(long fd, uint64_t begin);
  ~TwinCache();
  TwinCache(const TwinCache&) = delete;

  // The twin, open to be read, and its header; -1 if there is none.
  long Open(CachedTwinHeader& header) const;

  // Whether the twin can be made and kept now; then this process is the only
  // one at it. Not of a file that has just been changed: it could be changed
  // again, and its times would not tell.
  bool Begin();

  // After Begin(): keeps what was made, if all of it was.
  void Keep(const PatchedCode& made);

 private:
  bool Write(const PatchedCode& made) const;

  const long fd_;  // of the original
  CodeOrigin origin_;
  unsigned user_ = 0;                      // the effective one
  bare::FixedBuffer<kPathCapacity> path_;  // empty: there is no cache
  bare::FixedBuffer<kPathCapacity> beside_;
  long beside_fd_ = -1;
};

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_TWIN_CACHE_H_
