// engines/userns/lookup.h - what a view shows at a guest path, found on the
// host.
//
// In this folder guest paths are in the form that makes them easy to put
// together: "" is the root, "/gnu/store" anything below.
#ifndef ENGINES_USERNS_LOOKUP_H_
#define ENGINES_USERNS_LOOKUP_H_

#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX
#include <stdint.h>
#include <sys/stat.h>

#include "base/bare/str.h"
#include "engines/view/view.h"

namespace relocatable::userns {

using PathBuffer = bare::FixedBuffer<PATH_MAX>;

// Whether a mount on the guest path itself counts.
enum class Scope {
  kShown,    // yes: what the program will see
  kBeneath,  // no: what such a mount hides, its mount point
};

// The host paths that a guest path stands for, best first: more than one only
// where the mount that covers it is a union.
//
//   for (Layers layers(view, guest, Scope::kShown); layers.Next(host);) ...
class Layers {
 public:
  Layers(const View& view, bare::Str guest, Scope scope);
  bool Next(bare::Buffer& host);
  // Whether the layer is a mount's (or the root's) own host path, of which
  // mount(2) follows the last symbolic link.
  bool followed() const { return followed_; }
  // Whether the mount that covers the path, the best layer's, is read-only.
  bool read_only() const { return read_only_; }

 private:
  const View& view_;
  bare::Str guest_;
  // Mounts whose guest path is longer than this are out of play; all are if it
  // is kNoMount.
  size_t longest_;
  bool done_ = false;
  bool first_ = true;
  bool followed_ = false;
  bool read_only_ = false;
};

// The mode of the first layer that exists, its host path in `host`; 0 if there
// is nothing. A symbolic link is S_IFLNK, except where mount(2) follows it.
mode_t ModeAt(const View& view, bare::Str guest, Scope scope,
              bare::Buffer& host);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_LOOKUP_H_
