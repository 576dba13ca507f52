// engines/userns/plan.h - which mounts bring a view about.
//
// A mount needs a mount point, and most guest paths do not exist on the host,
// where we may create nothing. So the deepest host directory above a missing
// mount point is *rebuilt*: a tmpfs is mounted over it, each of its entries is
// mirrored there by a bind mount, and in the tmpfs anything can be made. For a
// pack's /gnu/store that directory is "/"; for /usr/lib/x it is /usr/lib.
//
// The plan is made before anything is changed, and needs no privileges.
#ifndef ENGINES_USERNS_PLAN_H_
#define ENGINES_USERNS_PLAN_H_

#include <stdint.h>

#include "base/bare/str.h"
#include "engines/userns/layered_view.h"
#include "engines/userns/report.h"
#include "engines/view/view.h"

namespace relocatable::userns {

// A guest path at which something has to be mounted.
struct Place {
  bare::Str guest;               // without links; "" for the root
  const Mount* mount = nullptr;  // what to show there; nullptr: only rebuilt
  bool directory = true;
  bool rebuilt = false;  // a tmpfs, the entries it had mirrored
  bool united = false;   // `mount` and what is beneath it, as one directory
  // The mount point has to be made below the place `parent`.
  bool missing = false;
  bare::Str parent;
};

struct Plan {
  View view;  // the launch's, guest paths without links
  Place* places = nullptr;
  uint32_t count = 0;  // sorted: parents come before what is in them
  // A mount in the host's own tree does: no new root.
  bool graft = false;
  // Another kind of view, made of no places; or nullptr.
  const Layering* layering = nullptr;
};

// Memory to plan in: given out in pieces, never taken back.
class Arena {
 public:
  Arena(void* start, size_t size)
      : next_(static_cast<char*>(start)), end_(next_ + size) {}
  // How much a plan for that many mounts can need.
  static size_t SizeFor(uint32_t mount_count);

  template <typename T>
  T* New(size_t count) {
    return static_cast<T*>(Take(count * sizeof(T)));
  }
  bare::Str Copy(bare::Str text);  // NUL-terminated; {nullptr, 0} if full

 private:
  void* Take(size_t size);

  char* next_;
  char* end_;
};

// Plans for `view`; everything in `plan` lies in `arena` or in `view`.
bool MakePlan(const View& view, Arena& arena, Plan& plan, Report& report);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_PLAN_H_
